import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { patterns } from '../../src/content/assets.ts';
import { names } from '../../src/names.ts';
import { fieldsFromCaps } from '../../src/verify/field-caps.ts';
import { installAlias } from '../support/installed.ts';
import { deleteAlias, testClient, uniqueName } from '../support/servers.ts';

const alias = uniqueName('patterns');
const ours = names(alias);
const client = testClient();
/** Our index patterns' titles in this install. */
const titles = new Map([
  [names().alias, ours.alias],
  [names().ledger, ours.ledger],
  [names().deadLetters, ours.deadLetters],
]);

beforeAll(async () => {
  await installAlias(client, ours.alias);
  for (const index of [ours.ledger, ours.deadLetters]) await client.indices.create({ index });
});

afterAll(async () => {
  await deleteAlias(client, alias);
  await client.close();
});

describe('shipped index patterns', () => {
  test.each(patterns().map((pattern) => [pattern.id, pattern] as const))(
    '%s has the fields that the cluster says it has, so that no browser has to write them back',
    async (_, pattern) => {
      const { body } = await client.fieldCaps({ index: titles.get(pattern.title) ?? '', fields: ['*'] });
      const real = fieldsFromCaps(body.fields).filter(({ name }) => !name.startsWith('_'));
      const words = (list: readonly { name: string; type: string; searchable?: boolean; aggregatable?: boolean }[]) =>
        list
          .map(
            ({ name, type, searchable, aggregatable }) =>
              `${name} ${type} ${searchable === true} ${aggregatable === true}`,
          )
          .sort();
      // Objects have no values of their own: OpenSearch Dashboards lists them and offers them nowhere.
      const listed = real.filter(({ type }) => type !== 'object');
      expect(words(pattern.fields.filter(({ name }) => !name.startsWith('_')))).toEqual(words(listed));
    },
  );
});
