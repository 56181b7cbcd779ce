import { type DatabaseIntrospector, type Kysely, type SchemaMetadata, sql, type TableMetadata } from 'kysely'

/**
 * The tables of the user that is connected, or, for one that only works on those of another, its synonyms. Their names are
 * all that Lifeline asks for.
 */
export class OracleIntrospector implements DatabaseIntrospector {
  readonly #db: Kysely<unknown>
  constructor(db: Kysely<unknown>) {
    this.#db = db
  }

  /** A user is a schema, and ours is the only one we look at. */
  async getSchemas(): Promise<SchemaMetadata[]> {
    return []
  }

  async getTables(): Promise<TableMetadata[]> {
    const { rows } = await sql<{
      name: string
    }>`select table_name "name" from user_tables union all select synonym_name from user_synonyms`.execute(this.#db)
    return rows.map(({ name }) => ({ name, isView: false, isForeign: false, columns: [] }))
  }

  async getMetadata(): Promise<{ tables: TableMetadata[] }> {
    return { tables: await this.getTables() }
  }
}
