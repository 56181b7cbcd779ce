import {
  AliasNode,
  type BinaryOperationNode,
  type ColumnNode,
  type ColumnUpdateNode,
  type CompiledQuery,
  type DeleteQueryNode,
  FetchNode,
  FromNode,
  type InsertQueryNode,
  type OffsetNode,
  type OnNode,
  type OperationNode,
  type OperatorNode,
  PrimitiveValueListNode,
  type QueryId,
  RawNode,
  type ReturningNode,
  type RootOperationNode,
  SelectAllNode,
  type SelectQueryNode,
  type SetOperationNode,
  TableNode,
  type UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
  type WithNode,
} from 'kysely'
import { BatchBinds, InBind, inBind, OutBind } from './binds.ts'
import { bindKind, columnsOf } from './columns.ts'
import { checkComparison, columnName, RefusingCompiler } from './refuse.ts'
import { unsupported } from './unsupported.ts'

/** Oracle's word for EXCEPT, which Kysely does not know. */
const MINUS = 'minus' as SetOperationNode['operator']

/** ORA-01795 beyond. */
const MAX_IN_LIST = 1_000

/**
 * Writes a query for Oracle 19c. Its parameters are InBind and OutBind, in the order of their places; a multi-row insert has one
 * BatchBinds in front of its OutBinds.
 */
export class OracleQueryCompiler extends RefusingCompiler {
  /** The table that an INSERT, UPDATE or DELETE writes. */
  #table: string | undefined

  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    // What was refused in the middle has left its own.
    this.#table = undefined
    return super.compileQuery(node, queryId)
  }

  protected override getCurrentParameterPlaceholder(): string {
    return `:${this.numParameters}`
  }

  protected override appendValue(value: unknown): void {
    super.appendValue(value instanceof InBind || value instanceof OutBind ? value : inBind(value))
  }

  protected override appendImmediateValue(value: unknown): void {
    const { value: checked } = inBind(value)
    if (checked instanceof Date) unsupported('a literal Date', 'ORA-01843', 'bind it')
    super.appendImmediateValue(checked)
  }

  protected override visitAlias(node: AliasNode): void {
    this.visitNode(node.node)
    this.append(' ')
    this.visitNode(node.alias)
  }

  protected override visitSelectQuery({ limit, ...node }: SelectQueryNode): void {
    const from = node.from ?? FromNode.create([RawNode.createWithSql('dual')])
    const fetch = limit === undefined ? {} : { fetch: { ...FetchNode.create(0, 'only'), rowCount: limit.limit as ValueNode } }
    super.visitSelectQuery({ ...node, from, ...fetch })
  }

  protected override visitOffset(node: OffsetNode): void {
    super.visitOffset(node)
    this.append(' rows')
  }

  protected override visitOn(node: OnNode): void {
    this.append('on (')
    this.visitNode(node.on)
    this.append(')')
  }

  protected override visitWith(node: WithNode): void {
    super.visitWith({ ...node, recursive: false })
  }

  protected override visitSetOperation(node: SetOperationNode): void {
    if (node.all && node.operator !== 'union') unsupported(`${node.operator} ALL`, 'ORA-00928', 'leave ALL out')
    super.visitSetOperation({ ...node, operator: node.operator === 'except' ? MINUS : node.operator })
  }

  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const { operator } = node.operator as OperatorNode
    if ((operator === 'in' || operator === 'not in') && PrimitiveValueListNode.is(node.rightOperand)) {
      checkComparison(node)
      this.#inList(node.leftOperand, operator, node.rightOperand.values)
    } else {
      // Kysely makes it of the values that are not all plain ones.
      if (ValueListNode.is(node.rightOperand) && node.rightOperand.values.length > MAX_IN_LIST)
        unsupported(`a list of more than ${MAX_IN_LIST} expressions`, 'ORA-01795', 'ask in parts')
      super.visitBinaryOperation(node)
    }
  }

  /** In parts of a thousand, each filled up to a power of two: every other length would be a statement of its own in the server's cache. */
  #inList(left: OperationNode, operator: 'in' | 'not in', values: readonly unknown[]) {
    if (values.length === 0) unsupported('an empty list', 'ORA-00936', 'answer without asking')
    const whole = values.length <= MAX_IN_LIST
    if (!whole) this.append('(')
    for (let start = 0; start < values.length; start += MAX_IN_LIST) {
      if (start > 0) this.append(operator === 'in' ? ' or ' : ' and ')
      this.visitNode(left)
      this.append(` ${operator} `)
      super.visitPrimitiveValueList(PrimitiveValueListNode.create(filledUp(values.slice(start, start + MAX_IN_LIST))))
    }
    if (!whole) this.append(')')
  }

  protected override visitInsertQuery(node: InsertQueryNode): void {
    if (node.defaultValues) unsupported('DEFAULT VALUES', 'ORA-00936', 'name a column')
    if (node.replace) unsupported('REPLACE', 'ORA-00900', 'read what is there first')
    refuseWith(node)
    // Inside a MERGE there is no table, and its values are expressions.
    this.#table = node.into?.table.identifier.name
    const isValues = node.into !== undefined && node.values !== undefined && ValuesNode.is(node.values)
    if (node.returning && !isValues) unsupported('RETURNING of INSERT … SELECT', 'ORA-00933', 'insert values')
    super.visitInsertQuery(isValues ? { ...node, values: this.#typedValues(node.columns ?? [], node.values as ValuesNode) } : node)
    this.#table = undefined
  }

  #typedValues(columns: readonly ColumnNode[], { values }: ValuesNode): OperationNode {
    const kinds = columns.map(({ column }) => this.#kindOf(column.name))
    const [first] = values
    if (values.length === 1 && first !== undefined) {
      const items = PrimitiveValueListNode.is(first) ? first.values.map((value) => ValueNode.create(value)) : first.values
      const typed = items.map((item, i) => (isBound(item) ? ValueNode.create(inBind(item.value, kinds[i])) : item))
      return ValuesNode.create([ValueListNode.create(typed)])
    }
    const rows = values.map((row) => (PrimitiveValueListNode.is(row) ? row.values : row.values.map(boundValue)))
    this.addParameter(new BatchBinds(rows, kinds))
    return RawNode.createWithSql(`values (${kinds.map((_, i) => `:${i + 1}`).join(', ')})`)
  }

  protected override visitUpdateQuery(node: UpdateQueryNode): void {
    if (node.from || node.joins) unsupported('UPDATE … FROM', 'ORA-00933', 'use a subquery, or updateRows')
    refuseWith(node)
    if (node.orderBy) unsupported('UPDATE … ORDER BY', 'ORA-00933', 'choose the keys in a subquery')
    if (node.table !== undefined) this.#table = tableName(node.table)
    super.visitUpdateQuery(node)
    this.#table = undefined
  }

  protected override visitDeleteQuery(node: DeleteQueryNode): void {
    if (node.using || node.joins) unsupported('DELETE … USING', 'ORA-00933', 'use a subquery')
    refuseWith(node)
    if (node.orderBy) unsupported('DELETE … ORDER BY', 'ORA-00933', 'choose the keys in a subquery')
    const [table, ...others] = node.from.froms
    if (table === undefined || others.length > 0) unsupported('DELETE from two tables', 'ORA-00933', 'delete from each')
    this.#table = tableName(table)
    super.visitDeleteQuery(node)
    this.#table = undefined
  }

  protected override visitColumnUpdate(node: ColumnUpdateNode): void {
    const column = columnName(node.column)
    const typed = this.#table !== undefined && column !== undefined && isBound(node.value)
    super.visitColumnUpdate(typed ? { ...node, value: ValueNode.create(inBind(boundValue(node.value), this.#kindOf(column))) } : node)
  }

  protected override visitReturning({ selections }: ReturningNode): void {
    const columns = selections.flatMap(({ selection }) =>
      SelectAllNode.is(selection)
        ? columnsOf(this.#table ?? '')
        : [columnName(selection) ?? unsupported('RETURNING an expression', 'ORA-00925', 'return columns')],
    )
    this.append(`returning ${columns.map((column) => `"${this.sanitizeIdentifier(column)}"`).join(', ')} into `)
    columns.forEach((column, i) => {
      if (i > 0) this.append(', ')
      this.#outPlace(new OutBind(column, this.#kindOf(column)))
    })
  }

  /** A batch is one parameter but has many places. Binds go by position, so that a place's name only has to be its own. */
  #outPlace(bind: OutBind) {
    this.addParameter(bind)
    this.append(`:out${this.numParameters}`)
  }

  #kindOf(column: string) {
    return bindKind(this.#table ?? '', column)
  }
}

function refuseWith(node: { with?: WithNode }) {
  if (node.with) unsupported('WITH before INSERT, UPDATE or DELETE', 'ORA-00928', 'put it into the subquery')
}

const isBound = (node: OperationNode): node is ValueNode => ValueNode.is(node) && !node.immediate

function boundValue(node: OperationNode): unknown {
  if (isBound(node)) return node.value
  return unsupported('an expression or a default in an insert of many rows', undefined, 'give every row a value for every column')
}

function tableName(node: OperationNode): string {
  if (AliasNode.is(node)) return tableName(node.node)
  return TableNode.is(node) ? node.table.identifier.name : unsupported('writing to something that is no table', 'ORA-00903', 'name a table')
}

function filledUp(values: readonly unknown[]): unknown[] {
  const length = Math.min(2 ** Math.ceil(Math.log2(values.length)), MAX_IN_LIST)
  return [...values, ...Array.from({ length: length - values.length }, () => values.at(-1))]
}
