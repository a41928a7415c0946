import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { cached } from './cache.ts';
import { run } from './run.ts';
import { findMaven } from './tools.ts';

export const OPENSEARCH_VERSION = '3.8.0';
export const OPENSEARCH_2_VERSION = '2.19.4';
/** The newest version whose security plugin is published where Maven finds it. */
export const SECURED_VERSION = '3.4.0';

export interface HomeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gets the one line that says what is downloaded. */
  readonly say?: (line: string) => void;
}

/** OpenSearch's own distribution, unpacked; shared between nodes and never written to. Gives its folder. */
export async function opensearchHome(version: string, options: HomeOptions = {}): Promise<string> {
  const dir = await cached(
    `opensearch-${version}`,
    async (folder) => {
      options.say?.(`Downloading OpenSearch ${version} from Maven Central (once per machine) …`);
      await maven(folder, pom([unpack('home', [distribution(version)])]), ['dependency:unpack@home'], options.signal);
    },
    { valid: (folder) => existsSync(join(folder, `opensearch-${version}`, 'lib')), signal: options.signal },
  );
  return join(dir, `opensearch-${version}`);
}

/** As `opensearchHome`, with the security plugin. */
export async function securedHome(options: HomeOptions = {}): Promise<string> {
  const home = `opensearch-${SECURED_VERSION}`;
  const plugin = `${home}/plugins/opensearch-security`;
  const dir = await cached(
    `${home}-secured`,
    async (folder) => {
      options.say?.(`Downloading OpenSearch ${SECURED_VERSION} with its security plugin (once per machine) …`);
      const executions = [
        unpack('home', [
          distribution(SECURED_VERSION),
          item('org.opensearch.plugin', 'opensearch-security', `${SECURED_VERSION}.0`, plugin, '<type>zip</type>'),
        ]),
        execution('extra', 'copy', [item('org.apache.commons', 'commons-collections4', '4.5.0', plugin)]),
      ];
      const goals = ['dependency:unpack@home', 'dependency:copy@extra'];
      await maven(folder, pom(executions), goals, options.signal);
      // The descriptor asks for a job scheduler that the distribution does not carry and that the node does not need.
      const descriptor = join(folder, plugin, 'plugin-descriptor.properties');
      const text = await readFile(descriptor, 'utf8');
      await writeFile(descriptor, text.replace(/^extended\.plugins=.*$/m, 'extended.plugins='));
    },
    { valid: (folder) => existsSync(join(folder, plugin)), signal: options.signal },
  );
  return join(dir, home);
}

async function maven(
  folder: string,
  text: string,
  goals: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const mvn = findMaven();
  await writeFile(join(folder, 'pom.xml'), text);
  const { code, output } = await run(mvn, ['-C', '-B', '-q', '-f', join(folder, 'pom.xml'), ...goals], {
    cwd: folder,
    signal,
  });
  if (code === 0) return;
  const reason = /\[ERROR\] (.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? '';
  throw new AppError('MISSING_TOOL', `Maven could not fetch OpenSearch: ${reason}`, {
    hint: 'Check the way to Maven Central (proxy, ~/.m2/settings.xml); or set OPENSEARCH_URL to a running cluster.',
  });
}

/** gRPC is not used; GeoIP carries a database under a licence of its own; scripts and tools are for packagers. */
const EXCLUDES = '**/modules/transport-grpc/**,**/modules/ingest-geoip/**,**/bin/**,**/lib/tools/**';

const distribution = (version: string): string =>
  item(
    'org.opensearch.distribution.integ-test-zip',
    'opensearch',
    version,
    '.',
    `<type>zip</type><excludes>${EXCLUDES}</excludes>`,
  );

const item = (group: string, artifact: string, version: string, folder: string, more = ''): string =>
  `<artifactItem><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>` +
  `<outputDirectory>\${project.basedir}/${folder}</outputDirectory>${more}</artifactItem>`;

const unpack = (id: string, items: readonly string[]): string => execution(id, 'unpack', items);

const execution = (id: string, goal: string, items: readonly string[]): string =>
  `<execution><id>${id}</id><goals><goal>${goal}</goal></goals><configuration><artifactItems>${items.join('')}` +
  `</artifactItems></configuration></execution>`;

const pom = (executions: readonly string[]): string => `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>opensearch-home</artifactId><version>1</version><packaging>pom</packaging>
  <build>
    <directory>\${project.basedir}/.maven</directory>
    <plugins><plugin>
      <groupId>org.apache.maven.plugins</groupId>
      <artifactId>maven-dependency-plugin</artifactId>
      <version>3.8.1</version>
      <executions>${executions.join('\n')}</executions>
    </plugin></plugins>
  </build>
</project>
`;
