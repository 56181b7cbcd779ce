/** The life of a channel. A disabled one hears nothing: somebody disabled it, or its provider refused it for good. */
export const CHANNEL_MOVES = {
  Active: ['Disabled'],
  Disabled: ['Active'],
} as const satisfies Record<string, readonly string[]>

export type ChannelStatus = keyof typeof CHANNEL_MOVES
export const CHANNEL_STATUSES = Object.keys(CHANNEL_MOVES) as ChannelStatus[]
