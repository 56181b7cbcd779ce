import { type BindKind, kindOfValue } from './columns.ts'
import { unsupported } from './unsupported.ts'

/** A value on its way in. */
export class InBind {
  readonly value: unknown
  readonly kind: BindKind
  constructor(value: unknown, kind: BindKind) {
    this.value = value
    this.kind = kind
  }
}

/** A place for what `returning … into` answers. */
export class OutBind {
  readonly column: string
  readonly kind: BindKind
  constructor(column: string, kind: BindKind) {
    this.column = column
    this.kind = kind
  }
}

/** The values of many rows for a statement that names those of one: sent together, as executeMany. */
export class BatchBinds {
  readonly rows: readonly (readonly unknown[])[]
  readonly kinds: readonly BindKind[]
  constructor(rows: readonly (readonly unknown[])[], kinds: readonly BindKind[]) {
    for (const row of rows) for (const value of row) checkValue(value)
    this.rows = rows
    this.kinds = kinds
  }
}

/** A typed bind. `kind` is that of its column; without one it is told from the value. */
export function inBind(value: unknown, kind?: BindKind): InBind {
  checkValue(value)
  return new InBind(value ?? null, kind ?? kindOfValue(value))
}

function checkValue(value: unknown) {
  kindOfValue(value)
  if (value === '') unsupported("''", undefined, 'it is null there: bind null')
}
