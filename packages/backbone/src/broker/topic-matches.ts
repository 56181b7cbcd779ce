/**
 * Whether a routing key matches an AMQP topic pattern: words are divided by dots, `*` is exactly one word and `#` any
 * number of them, none included. Property-tested against RabbitMQ itself.
 */
export function topicMatches(pattern: string, key: string): boolean {
  // AMQP reads '' as a key of no words, not of one empty word.
  const words = (text: string) => (text === '' ? [] : text.split('.'))
  return wordsMatch(words(pattern), words(key))
}

function wordsMatch(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return words.length === 0
  if (first === '#') return wordsMatch(rest, words) || (words.length > 0 && wordsMatch(pattern, words.slice(1)))
  return words.length > 0 && (first === '*' || first === words[0]) && wordsMatch(rest, words.slice(1))
}
