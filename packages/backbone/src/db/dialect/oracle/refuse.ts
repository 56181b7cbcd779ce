import {
  type AggregateFunctionNode,
  type BinaryOperationNode,
  type CastNode,
  ColumnNode,
  type CommonTableExpressionNode,
  type CompiledQuery,
  DefaultQueryCompiler,
  type FunctionNode,
  type GroupByItemNode,
  InsertQueryNode,
  MatchedNode,
  type MergeQueryNode,
  type OperationNode,
  type OperatorNode,
  type OrderByItemNode,
  type QueryId,
  ReferenceNode,
  type RootOperationNode,
  SelectAllNode,
  type SelectModifierNode,
  type SelectQueryNode,
  TupleNode,
  UpdateQueryNode,
} from 'kysely'
import { isLongColumn } from './columns.ts'
import { unsupported } from './unsupported.ts'

const STATEMENTS = new Set(['SelectQueryNode', 'InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode', 'MergeQueryNode', 'RawNode'])
const COMPARISONS = ['=', '!=', '<>', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'is not', 'like', 'not like', 'between']
const OPERATORS = new Set([...COMPARISONS, 'exists', 'not exists', 'not', '+', '-', '*', '/', '||'])
const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max', 'listagg', 'median', 'stddev', 'variance', 'percentile_cont', 'percentile_disc']
const WINDOW = ['row_number', 'rank', 'dense_rank', 'ntile', 'lead', 'lag', 'first_value', 'last_value']
const SCALAR = [
  'coalesce',
  'nullif',
  'nvl',
  'greatest',
  'least',
  'lower',
  'upper',
  'trim',
  'length',
  'substr',
  'abs',
  'round',
  'floor',
  'ceil',
  'ln',
]
const FUNCTIONS = new Set([...AGGREGATES, ...WINDOW, ...SCALAR])
const CASTS = /^(integer|smallint|real|double precision|date|timestamp(\(\d\))?|(var)?char\(\d+\)|(decimal|numeric)(\(.*\))?)$/
/** Of 19c it is 128, but only where `compatible` was raised; 30 works everywhere. */
const MAX_NAME_BYTES = 30

/** The name of a column that stands by itself or after its table. */
export function columnName(node: OperationNode): string | undefined {
  if (ReferenceNode.is(node)) return ColumnNode.is(node.column) ? node.column.column.name : undefined
  return ColumnNode.is(node) ? node.column.name : undefined
}

/** Kysely's compiler, which throws UnsupportedOnOracleError for what cannot be said on Oracle 19c in other words. */
export class RefusingCompiler extends DefaultQueryCompiler {
  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    if (!STATEMENTS.has(node.kind)) unsupported(`${node.kind} of the schema builder`, undefined, 'write DDL in sql/oracle')
    return super.compileQuery(node, queryId)
  }

  protected override sanitizeIdentifier(name: string): string {
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      unsupported(`the name ${name}`, 'ORA-00972', `a name has at most ${MAX_NAME_BYTES} bytes everywhere`)
    if (/["\0]/.test(name)) unsupported('a name with a double quote', 'ORA-03001', 'there is no way to write it')
    return name
  }

  protected override visitSelectQuery(node: SelectQueryNode): void {
    if (node.distinctOn) unsupported('DISTINCT ON', 'ORA-00936', 'use row_number() over (partition by …)')
    if (node.top) unsupported('TOP', 'ORA-00923', 'use fetch')
    if (node.explain) unsupported('EXPLAIN', 'ORA-00905', 'ask for the plan by hand')
    const selections = node.selections ?? []
    if (selections.length > 1 && selections.some(({ selection }) => SelectAllNode.is(selection)))
      unsupported('* beside other columns', 'ORA-00923', 'write selectAll with the name of its table')
    if (isDistinct(node) && selections.some(({ selection }) => isLong(selection)))
      unsupported('DISTINCT on a CLOB', 'ORA-00932', 'leave the column out')
    checkRowLock(node)
    super.visitSelectQuery(node)
  }

  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier === 'ForShare' || node.modifier === 'ForKeyShare' || node.modifier === 'ForNoKeyUpdate')
      unsupported(`the row lock ${node.modifier}`, 'ORA-00933', 'there is FOR UPDATE only')
    if (node.of) unsupported('FOR UPDATE OF a table', 'ORA-00904', 'lock the rows of one table, by their keys')
    super.visitSelectModifier(node)
  }

  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    checkComparison(node)
    super.visitBinaryOperation(node)
  }

  protected override visitOperator({ operator }: OperatorNode): void {
    if (!OPERATORS.has(operator)) unsupported(`the operator ${operator}`, 'ORA-00920', 'there is no such operator')
    this.append(operator)
  }

  protected override visitGroupByItem(node: GroupByItemNode): void {
    if (isLong(node.groupBy)) unsupported('GROUP BY of a CLOB', 'ORA-00932', 'leave the column out')
    const before = this.numParameters
    super.visitGroupByItem(node)
    // The same expression in the select list gets another bind, and so is another expression.
    if (this.numParameters > before) unsupported('a bind in GROUP BY', 'ORA-00979', 'use sql.lit for its constants')
  }

  protected override visitOrderByItem(node: OrderByItemNode): void {
    if (isLong(node.orderBy)) unsupported('ORDER BY of a CLOB', 'ORA-00932', 'sort by something shorter')
    if (node.collation) unsupported('COLLATE', 'ORA-12702', 'every session sorts by bytes')
    super.visitOrderByItem(node)
  }

  protected override visitAggregateFunction(node: AggregateFunctionNode): void {
    checkFunction(node.func)
    if (node.filter) unsupported('FILTER (WHERE …)', 'ORA-00923', 'use case when … then … end')
    if (node.orderBy) unsupported('ORDER BY inside an aggregate', 'ORA-30491', 'use within group (order by …)')
    super.visitAggregateFunction(node)
  }

  protected override visitFunction(node: FunctionNode): void {
    checkFunction(node.func)
    super.visitFunction(node)
  }

  protected override visitCast(node: CastNode): void {
    const type = 'dataType' in node.dataType ? String(node.dataType.dataType) : ''
    if (!CASTS.test(type)) unsupported(`a cast to ${type}`, 'ORA-00902', 'cast to a type of standard SQL')
    super.visitCast(node)
  }

  protected override visitCommonTableExpression(node: CommonTableExpressionNode): void {
    if (node.materialized !== undefined) unsupported('[NOT] MATERIALIZED', 'ORA-00928', 'leave it to the optimizer')
    super.visitCommonTableExpression(node)
  }

  protected override visitMergeQuery(node: MergeQueryNode): void {
    for (const { condition, result } of node.whens ?? []) {
      const isPlain = MatchedNode.is(condition) && !condition.bySource
      const changes = result !== undefined && (UpdateQueryNode.is(result) || InsertQueryNode.is(result))
      if (!isPlain || !changes)
        unsupported('MERGE with a condition, BY SOURCE, DELETE or DO NOTHING', 'ORA-00905', 'update what matches, insert what does not')
    }
    super.visitMergeQuery(node)
  }

  protected override visitLimit(): void {
    unsupported('LIMIT of an UPDATE or DELETE', 'ORA-00933', 'choose the keys in a subquery with fetch')
  }
  protected override visitOnConflict(): void {
    unsupported('ON CONFLICT', 'ORA-00933', 'read what is there first, or catch NotUniqueError')
  }
  protected override visitOnDuplicateKey(): void {
    unsupported('ON DUPLICATE KEY', 'ORA-00933', 'read what is there first, or catch NotUniqueError')
  }
  protected override visitOutput(): void {
    unsupported('OUTPUT', 'ORA-00933', 'use returning')
  }
  protected override visitOrAction(): void {
    unsupported('INSERT OR …', 'ORA-00925', 'read what is there first, or catch NotUniqueError')
  }
  protected override visitTop(): void {
    unsupported('TOP', 'ORA-00933', 'use fetch')
  }
  protected override visitExplain(): void {
    unsupported('EXPLAIN', 'ORA-00905', 'ask for the plan by hand')
  }
  protected override visitJSONReference(): void {
    unsupported('-> and ->>', 'ORA-00936', 'read JSON in the process')
  }
  protected override visitJSONPath(): void {
    unsupported('a path into JSON', 'ORA-00936', 'read JSON in the process')
  }
}

export function checkComparison(node: BinaryOperationNode): void {
  const { operator } = node.operator as OperatorNode
  if (TupleNode.is(node.leftOperand) && operator !== 'in' && operator !== 'not in') {
    unsupported(`a row value before ${operator}`, 'ORA-01796', 'compare column by column, with AND and OR')
  }
  if (isLong(node.leftOperand) && COMPARISONS.includes(operator) && !operator.startsWith('is') && !operator.endsWith('like')) {
    unsupported(`a CLOB before ${operator}`, 'ORA-00932', 'compare something shorter')
  }
}

function isLong(node: OperationNode): boolean {
  const name = columnName(node)
  return name !== undefined && isLongColumn(name)
}

const isDistinct = (node: SelectQueryNode) => node.frontModifiers?.some(({ modifier }) => modifier === 'Distinct') ?? false

function checkRowLock(node: SelectQueryNode) {
  if (!node.endModifiers?.some(({ modifier }) => modifier === 'ForUpdate')) return
  if (!(node.fetch || node.limit || node.offset || node.groupBy || node.setOperations || isDistinct(node))) return
  // What everybody proposes, `where id in (select … fetch first n)`, gives a second worker nothing: n rows are chosen before locked ones are skipped.
  unsupported('FOR UPDATE with FETCH, OFFSET, DISTINCT, GROUP BY or UNION', 'ORA-02014', 'lock rows by their keys')
}

function checkFunction(name: string) {
  if (!FUNCTIONS.has(name.toLowerCase())) unsupported(`the function ${name}`, 'ORA-00904', 'add it to refuse.ts if 19c has it')
}
