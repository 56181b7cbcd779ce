/** Two names are one when these are the same. */
export const nameKey = (name: string) => name.toLowerCase()
