import { Connection } from '@opensearch-project/opensearch';

/**
 * The client's connection, but silent: after an answer has begun, the client prints what goes wrong with its request to
 * stdout, which is for results. The reader of the answer meets the same fault, so nothing is lost by not saying it.
 */
export function quietConnection(base: typeof Connection = Connection): typeof Connection {
  return class extends base {
    override request(...[params, callback]: Parameters<Connection['request']>): ReturnType<Connection['request']> {
      const request = super.request(params, (error, response) => {
        if (error === null) request.removeAllListeners('error').on('error', () => undefined);
        callback(error, response);
      });
      return request;
    }
  };
}
