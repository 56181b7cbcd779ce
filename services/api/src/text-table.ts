/** Lines of columns, as wide as their widest cell. */
export function textTable(lines: readonly (readonly string[])[]): string {
  // Somebody else's words must not move the cursor.
  const clean = lines.map((line) => line.map((cell) => cell.replace(/\p{Cc}/gu, '?')))
  const widths = clean.reduce<number[]>((each, line) => line.map((cell, i) => Math.max(each[i] ?? 0, cell.length)), [])
  return clean
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
