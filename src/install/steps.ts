import type { SavedObject } from '../content/compile/saved-object.ts';

/** One change to make. The plan is a list of these; `apply` runs them in order, and running them twice is harmless. */
export type Step = ClusterStep | DashboardsStep;

export type Verb = 'create' | 'update' | 'delete';

export interface ClusterStep {
  readonly target: 'cluster';
  readonly verb: Verb;
  readonly what: 'component template' | 'index template' | 'index' | 'mapping' | 'alias';
  readonly name: string;
  /** What changes, in a few words. */
  readonly detail?: string;
  readonly request: { readonly method: 'PUT' | 'POST' | 'DELETE'; readonly path: string; readonly body?: object };
  /** Error types that mean: another install was faster, or the thing is gone already. */
  readonly harmless?: readonly string[];
  /** Error types after which the rest can still be done; the error is reported and the run goes on. */
  readonly optional?: readonly string[];
}

/** A change to OpenSearch Dashboards, over its HTTP API. */
export type DashboardsStep = SavedObjectsStep | DefaultPatternStep;

export interface SavedObjectsStep {
  readonly target: 'dashboards';
  readonly verb: Verb;
  readonly what: 'saved objects';
  readonly name: string;
  readonly detail?: string;
  /** All of them travel in one file, because only so are references between them checked. */
  readonly objects: readonly SavedObject[];
  /** Not every OpenSearch Dashboards knows these types: a refusal is reported and the run goes on. */
  readonly optional: boolean;
}

/** The index pattern that Discover opens with: set where there is none, taken back where it is ours. */
export interface DefaultPatternStep {
  readonly target: 'dashboards';
  readonly verb: 'create' | 'delete';
  readonly what: 'default index pattern';
  readonly name: string;
  readonly detail?: string;
}

/** What a person must know or decide; never a failure. */
export interface Note {
  readonly code: 'foreign-index' | 'foreign-template' | 'reindex' | 'replicas' | 'kept' | 'skipped' | 'dashboards';
  readonly message: string;
  /** Commands that a person may run. */
  readonly commands?: readonly string[];
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly notes: readonly Note[];
}
