import type { OpenSearchConfig } from '../config/config.ts';
import { shipped } from '../content/root.ts';
import type { Logger } from '../logger.ts';
import { names } from '../names.ts';
import { createClient } from '../opensearch/client.ts';
import { shippedBundles, userBundle } from '../verify/load.ts';
import { exploreRoutes } from './routes.ts';
import { serveExplore, type ExploreServer } from './server.ts';

export interface ExploreOptions {
  readonly opensearch: OpenSearchConfig;
  readonly alias: string;
  /** An ndjson exported from OpenSearch Dashboards, to show instead of ours. */
  readonly dashboards?: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logger: Logger;
}

/** Starts the page's server for one cluster. The caller closes it. */
export async function startExplore(options: ExploreOptions): Promise<ExploreServer> {
  const load = { alias: options.alias };
  const ours = shippedBundles(load);
  const events = ours[0]?.indexPattern('logs-cloudtrail');
  if (events === undefined) throw new Error('the package has no dashboards');
  const bundles = options.dashboards === undefined ? ours : [userBundle(options.dashboards, load, ours)];
  const { alias, indexPattern, ledger, deadLetters } = names(options.alias);
  const client = createClient(options.opensearch);
  const server = await serveExplore({
    pageDir: shipped('dist', 'explore', 'page'),
    routes: exploreRoutes({
      bundles,
      events,
      // Exports of users' own dashboards often search the alias with a star.
      allowed: new Set([alias, `${alias}*`, indexPattern, ledger, deadLetters]),
      client,
      url: options.opensearch.url,
    }),
    port: options.port,
    logger: options.logger,
  });
  return {
    ...server,
    close: async () => {
      await server.close();
      await client.close();
    },
  };
}
