// @ts-check

/** As much of a body as Lifeline keeps. */
export const MOST_BYTES = 10_000

/**
 * Keeps the last bytes of all that goes through, however much it is.
 *
 * @param {number} [most]
 */
export function makeTail(most = MOST_BYTES) {
  /** @type {Buffer[]} */
  const chunks = []
  let length = 0
  return {
    /** @param {Buffer} chunk */
    add(chunk) {
      // A copy: a slice would hold the whole chunk in memory.
      chunks.push(Buffer.from(chunk.subarray(-most)))
      length += Math.min(chunk.length, most)
      for (let first = chunks[0]; first !== undefined && length - first.length >= most; first = chunks[0]) {
        chunks.shift()
        length -= first.length
      }
    },

    /** The last bytes, from the beginning of a character of UTF-8 on. */
    read() {
      const end = Buffer.concat(chunks).subarray(-most)
      let start = 0
      while (start < 3 && ((end[start] ?? 0) & 0xc0) === 0x80) start++
      return end.subarray(start)
    },
  }
}
