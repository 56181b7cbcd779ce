/**
 * Replaces the network half of oracledb for the rest of this process: `--import` it, or import it, before anything
 * connects. Everything that our code touches stays the driver's own: checks of binds, the pool's queue, autoCommit,
 * result sets, conversions, errors.
 */
import { impl } from './driver-internals.ts'
import { WirePool } from './pool.ts'

impl.PoolImpl = WirePool
