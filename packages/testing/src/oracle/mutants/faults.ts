/** A fault that somebody could put into the dialect, as a replacement in one of its files. */
export interface Fault {
  name: string
  /** In `db/dialect/oracle/`. */
  file: string
  from: string
  to: string
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'everything commits at once',
    file: 'connection.ts',
    from: 'autoCommit: !this.inTransaction, outFormat',
    to: 'autoCommit: true, outFormat',
  },
  {
    name: 'nothing commits outside a transaction',
    file: 'connection.ts',
    from: 'autoCommit: !this.inTransaction, outFormat',
    to: 'autoCommit: false, outFormat',
  },
  {
    name: 'a batch does not commit outside a transaction',
    file: 'connection.ts',
    from: 'autoCommit: !this.inTransaction, bindDefs',
    to: 'autoCommit: false, bindDefs',
  },
  {
    name: 'what came before the bad row of a batch stays',
    file: 'connection.ts',
    from: 'if (!this.inTransaction) await this.#undo()',
    to: '',
  },
  {
    name: 'read only is ignored',
    file: 'driver.ts',
    from: "accessMode === 'read only' ? 'read only'",
    to: "accessMode === 'read only' ? undefined",
  },
  { name: 'a result set is left open', file: 'connection.ts', from: 'this.attempt(() => resultSet.close())', to: 'Promise.resolve()' },
  { name: 'commit is forgotten', file: 'driver.ts', from: 'await connection.attempt(() => connection.raw.commit())', to: '' },
  {
    name: 'a lost session goes back to the pool as a good one',
    file: 'connection.ts',
    from: 'if (isSessionLost(error)) this.broken = true',
    to: '',
  },
  {
    name: 'serializable is ignored',
    file: 'driver.ts',
    from: "isolationLevel === 'serializable' ? 'isolation level serializable'",
    to: "isolationLevel === 'serializable' ? undefined",
  },
  {
    name: 'values come out in the wrong columns',
    file: 'connection.ts',
    from: 'fromOutBind(values[i]?.[n], kind)',
    to: 'fromOutBind(values[outs.length - 1 - i]?.[n], kind)',
  },
  { name: "times are bound in the machine's zone", file: 'connection.ts', from: 'val: toWallClock(value) }', to: 'val: value }' },
  {
    name: "times of a batch are bound in the machine's zone",
    file: 'connection.ts',
    from: 'toWallClock(value) ?? null',
    to: 'value ?? null',
  },
  {
    name: "times are read in the machine's zone",
    file: 'values.ts',
    from: 'if (dbType === driver.DB_TYPE_TIMESTAMP) return { converter: (wall) => fromWallClock(wall as Date | null) }',
    to: '',
  },
  {
    name: 'CLOBs come as Lob objects',
    file: 'values.ts',
    from: 'if (dbType === driver.DB_TYPE_CLOB) return { type: driver.DB_TYPE_VARCHAR }',
    to: '',
  },
  {
    name: 'a long text is bound as VARCHAR2',
    file: 'values.ts',
    from: "kind === 'longtext' && bytes > MAX_VARCHAR_BYTES ?",
    to: "kind === 'longtext' && bytes < 0 ?",
  },
  { name: 'write forgets the version', file: 'write.ts', from: '"\x24{guardColumn(table)}" = :', to: '0 < :' },
  { name: 'seconds forget the days', file: 'fragments.ts', from: "field('day')", to: "field('hour')" },
  { name: 'the first statement of a transaction is committed', file: 'driver.ts', from: '    connection.inTransaction = true\n', to: '' },
  { name: 'RETURNING without INTO', file: 'compile.ts', from: "join(', ')} into `)", to: "join(', ')}`)\n    return" },
  {
    name: 'the places of RETURNING are no binds',
    file: 'compile.ts',
    from: 'this.append(`:out',
    to: 'this.append(`?',
  },
  { name: 'OFFSET without ROWS', file: 'compile.ts', from: "    this.append(' rows')\n", to: '' },
  { name: 'LIMIT is forgotten', file: 'compile.ts', from: 'limit === undefined ? {}', to: 'limit !== null ? {}' },
  {
    name: 'ON without brackets',
    file: 'compile.ts',
    from: "this.append('on (')\n    this.visitNode(node.on)\n    this.append(')')",
    to: "this.append('on ')\n    this.visitNode(node.on)",
  },
  { name: 'EXCEPT stays EXCEPT', file: 'compile.ts', from: "=== 'except' ? MINUS :", to: "=== 'minus' ? MINUS :" },
  { name: 'WITH RECURSIVE', file: 'compile.ts', from: '...node, recursive: false', to: '...node' },
  {
    name: 'aliases have AS',
    file: 'compile.ts',
    from: "    this.append(' ')\n    this.visitNode(node.alias)",
    to: "    this.append(' as ')\n    this.visitNode(node.alias)",
  },
  {
    name: 'a query of no table asks nobody',
    file: 'compile.ts',
    from: "const from = node.from ?? FromNode.create([RawNode.createWithSql('dual')])",
    to: 'const from = node.from as FromNode',
  },
  { name: 'a list may be longer than 1,000', file: 'compile.ts', from: 'const MAX_IN_LIST = 1_000', to: 'const MAX_IN_LIST = 100_000' },
  { name: 'names are not checked', file: 'refuse.ts', from: 'if (/["\\0]/.test(name))', to: 'if (name === undefined)' },
  {
    name: 'the empty text is sent',
    file: 'binds.ts',
    from: "if (value === '') unsupported",
    to: "if (value === undefined && kindOfValue(1) === 'text') unsupported",
  },
  { name: 'FOR UPDATE goes with FETCH', file: 'refuse.ts', from: '    checkRowLock(node)\n', to: '' },
  { name: 'row values may be compared', file: 'refuse.ts', from: '    checkComparison(node)\n', to: '' },
  {
    name: 'a unique violation has no name',
    file: 'errors.ts',
    from: 'if (number === UNIQUE_VIOLATED) return new NotUniqueError(constraintIn(error.message), error)',
    to: '',
  },
  { name: 'a deadlock is not run again', file: 'errors.ts', from: 'if (RUN_AGAIN.has(number)) return new DeadlockError(error)', to: '' },
  { name: 'the migration lock is no lock', file: 'fragments.ts', from: 'for update wait ', to: 'and 0 < ' },
]
