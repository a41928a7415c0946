import type { OpenSearchConfig } from '../config/config.ts';
import { searchOf } from '../content/compile/request.ts';
import { shipped } from '../content/root.ts';
import type { Logger } from '../logger.ts';
import { names } from '../names.ts';
import { createClient } from '../opensearch/client.ts';
import { shippedBundles, userBundle } from '../verify/load.ts';
import { extentOf, extentRequest } from './extent.ts';
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

export interface Explore extends ExploreServer {
  /** As `url`; where the last day, on which the page opens, has no events, with a time range that holds them all. */
  address(): Promise<string>;
}

const DAY = 86_400_000;

/** Starts the page's server for one cluster. The caller closes it. */
export async function startExplore(options: ExploreOptions): Promise<Explore> {
  const load = { alias: options.alias };
  const ours = shippedBundles(load);
  const events = ours[0]?.indexPattern('logs-cloudtrail');
  if (events === undefined) throw new Error('the package has no dashboards');
  const bundles = options.dashboards === undefined ? ours : [userBundle(options.dashboards, load, ours)];
  const { alias, indexPattern, ledger, deadLetters } = names(options.alias);
  // Exports of users' own dashboards often search the alias with a star.
  const eventIndices = [alias, `${alias}*`, indexPattern];
  const client = createClient(options.opensearch);
  const server = await serveExplore({
    pageDir: shipped('dist', 'explore', 'page'),
    routes: exploreRoutes({
      bundles,
      events,
      allowed: new Set([...eventIndices, ledger, deadLetters]),
      eventIndices: new Set(eventIndices),
      client,
      url: options.opensearch.url,
    }),
    port: options.port,
    logger: options.logger,
  });
  return {
    ...server,
    address: async () => {
      const { header, body } = searchOf(extentRequest(events));
      // The page itself says what is wrong with the cluster.
      const answer = await client.search({ ...header, body }).catch(() => undefined);
      const extent = extentOf(answer?.body ?? {});
      if (extent === null || Date.parse(extent.to) > Date.now() - DAY) return server.url;
      return `${server.url}#?${new URLSearchParams({ ...extent }).toString()}`;
    },
    close: async () => {
      await server.close();
      await client.close();
    },
  };
}
