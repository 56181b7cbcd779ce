import type { Db } from '@lifeline/backbone/db/schema'
import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

/** What PostgreSQL does for the statements that `work` sends: the indexes it uses, and how many rows of `tasks` it looks at. */
export async function lookAt(
  db: Db,
  work: (db: Db) => Promise<unknown>,
): Promise<{ nodes: string[]; indexes: string[]; taskRows: number }> {
  const nodes = new Map<string, RootOperationNode>()
  // Parts of a statement are transformed too, but only a whole one has a result.
  const sent: RootOperationNode[] = []
  const listener: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      nodes.set(queryId.queryId, node)
      return node
    },
    async transformResult({ queryId, result }) {
      const node = nodes.get(queryId.queryId)
      if (node !== undefined) sent.push(node)
      return result
    },
  }
  await work(db.withPlugin(listener))
  const plans: Plan[] = []
  for (const node of sent) {
    const { sql, parameters } = db.getExecutor().compileQuery(node, { queryId: 'plan' })
    const { rows } = await db.executeQuery<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      CompiledQuery.raw(`explain (analyze, format json) ${sql}`, [...parameters]),
    )
    for (const { Plan } of rows[0]?.['QUERY PLAN'] ?? []) plans.push(...flat(Plan))
  }
  const ofTasks = plans.filter((plan) => plan['Relation Name'] === 'tasks')
  const rowsOf = (plan: Plan) => (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
  return {
    nodes: [...new Set(plans.map((plan) => plan['Node Type']))].sort(),
    indexes: [...new Set(plans.flatMap((plan) => plan['Index Name'] ?? []))].sort(),
    taskRows: ofTasks.reduce((sum, plan) => sum + rowsOf(plan), 0),
  }
}

function flat(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flat)]
}
