/// <reference types="jest" />
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsFrom, unknownSettings } from '../../apps/registry/settings';
import { RegisterProcess, temporaryFolder } from './process';

const ROOT = join(__dirname, '..', '..');
const textOf = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

interface Service {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly [other: string]: unknown;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly { readonly expr: string; readonly annotations: { readonly action: string } }[];
  }[];
}

interface Scraping {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
}

/** The reader of YAML is a module of another kind, which tests cannot load. */
const READ = `
  import { text } from 'node:stream/consumers';
  import { parseYaml } from '@redocly/openapi-core';
  process.stdout.write(JSON.stringify(parseYaml(await text(process.stdin))));
`;

function yamlOf(...path: string[]): unknown {
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', READ], {
    cwd: ROOT,
    input: textOf(...path),
    encoding: 'utf8',
  });
  return JSON.parse(said);
}

const single = yamlOf('docker-compose.yml') as Compose;
const several = yamlOf('docker-compose.kurrentdb.yml') as Compose;
const services = Object.entries(several.services);
const registers = services.filter(([, { image }]) => image === 'guidance-register');
const clustered = registers.filter(([, { profiles }]) => profiles?.includes('cluster'));

describe('what starts several containers', () => {
  test.each(services)('restricts %s as the register alone is restricted', (_, service) => {
    const { register } = single.services;
    for (const restriction of ['init', 'read_only', 'cap_drop', 'security_opt', 'ulimits', 'restart'])
      expect([restriction, service[restriction]]).toEqual([restriction, register?.[restriction]]);
    expect(service['mem_limit']).toMatch(/^\d+[mg]$/);
    expect(service['memswap_limit']).toBe(service['mem_limit']);
    const [kind, ...check] = service.healthcheck?.test ?? [];
    expect(kind).toBe('CMD');
    // A text with a colon in it that is not quoted would be something else.
    expect(check).toEqual(check.map(String));
    expect(check).not.toEqual([]);
    expect(service['privileged'] ?? service['cap_add'] ?? service['network_mode']).toBeUndefined();
  });

  test('takes every image by a tag that says which, and leaves room for its digest', () => {
    for (const [name, { image }] of services) {
      if (image === 'guidance-register') continue;
      expect([name, image]).toEqual([
        name,
        expect.stringMatching(/^\$\{[A-Z]+_IMAGE:-[a-z/-]+:v?\d+[\w.-]*\}$/),
      ]);
    }
  });

  test('gives the registers settings that they know, and that they can start with', () => {
    expect(registers.map(([name]) => name)).toEqual(['register', 'register-1', 'register-2', 'register-3']);
    for (const { environment = {} } of [
      ...Object.values(single.services),
      ...registers.map(([, one]) => one),
    ]) {
      const filled = Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name,
          String(value).replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1'),
        ]),
      );
      expect(unknownSettings(filled)).toEqual([]);
      const { store, readers } = settingsFrom(filled);
      expect(['sqlite', 'kurrentdb']).toContain(store.kind);
      expect(readers).toBe(0);
    }
    expect(clustered.map(([, { environment }]) => environment?.['REGISTER_TRUST_PROXY'])).toEqual(
      Array(3).fill('uniquelocal'),
    );
  });

  test('has no secret in it: each comes from a file that whoever runs it makes', () => {
    for (const [, { environment = {}, secrets = [] }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (!/KEY|PASSWORD|SECRET|VAULT/.test(name)) continue;
        expect(name).toMatch(/_FILE$/);
        expect(secrets).toContain(String(value).replace('/run/secrets/', ''));
      }
    }
    for (const { file } of Object.values(several.secrets))
      expect(file).toMatch(/^\$\{SECRETS:-\.\/secrets\}\//);
    expect(textOf('.gitignore')).toMatch(/^\/secrets\/$/m);
  });

  test('declares what its services use, and nothing else', () => {
    const used = (of: (service: Service) => readonly string[]) =>
      [...new Set(services.flatMap(([, service]) => of(service)))].sort();
    expect(used(({ secrets = [] }) => secrets)).toEqual(Object.keys(several.secrets).sort());
    expect(used(({ networks = [] }) => networks)).toEqual(Object.keys(several.networks).sort());
    const volumes = used(({ volumes = [] }) => volumes.map((volume) => volume.split(':', 1)[0] ?? ''));
    const isFile = (volume: string) => volume.startsWith('./');
    expect(volumes.filter((volume) => !isFile(volume))).toEqual(Object.keys(several.volumes).sort());
    expect(volumes.filter((volume) => isFile(volume) && !existsSync(join(ROOT, volume)))).toEqual([]);
  });

  test('starts a service after those that it needs are healthy, all of its own profile', () => {
    for (const [, { profiles = [], depends_on = {} }] of services) {
      expect(profiles).not.toEqual([]);
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe('service_healthy');
        expect(several.services[needed]?.profiles).toEqual(expect.arrayContaining([...profiles]));
      }
    }
  });

  test('opens ports on this machine alone, of services that are on a network that leads out', () => {
    const open = services.filter(([, { ports = [] }]) => ports.length > 0);
    expect(open.map(([name]) => name)).toEqual(['register', 'proxy', 'grafana']);
    for (const [, { ports = [], networks }] of open) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      expect(networks).toContain('outside');
    }
  });

  test('has the proxy ask each replica, and no one else, whether it is ready', () => {
    const proxy = textOf('deploy', 'haproxy', 'haproxy.cfg');
    const servers = [...proxy.matchAll(/^ {2}server (\S+) (\S+)$/gm)].map(([, name, address]) => [
      name,
      address,
    ]);
    expect(servers).toEqual(clustered.map(([name]) => [name, `${name}:3000`]));
    expect(proxy).toContain('uri /health/ready');
    expect(proxy).toContain('deny_status 404 if { path /metrics }');
  });
});

describe('what watches them', () => {
  const scraping = yamlOf('deploy', 'prometheus', 'prometheus.yml') as Scraping;
  const alerts = (yamlOf('deploy', 'prometheus', 'alerts.yml') as Alerts).groups.flatMap(
    ({ rules }) => rules,
  );
  const boards = readdirSync(join(ROOT, 'deploy', 'grafana', 'dashboards')).map((name) =>
    textOf('deploy', 'grafana', 'dashboards', name),
  );

  test('asks every replica and every node', () => {
    expect(scraping.rule_files).toEqual(['alerts.yml']);
    const targets = scraping.scrape_configs.flatMap(({ job_name, static_configs }) =>
      static_configs.flatMap((one) => one.targets.map((target) => `${job_name} ${target}`)),
    );
    expect(targets).toEqual([
      ...clustered.map(([name]) => `register ${name}:3000`),
      ...services.filter(([name]) => /^kurrentdb-\d$/.test(name)).map(([name]) => `kurrentdb ${name}:2113`),
    ]);
  });

  test('names nothing that a running register, or a node, does not tell', async () => {
    const { path, remove } = temporaryFolder();
    const register = await RegisterProcess.start({
      REGISTER_STORE: `sqlite:${join(path, 'register.db')}`,
      REGISTER_READERS: '1',
    });
    const { text } = await register.ask('/metrics');
    await register.stop();
    remove();
    const told = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_count', '_sum'].map((end) => name + end) : [name],
    );
    const asked = [
      ...alerts.map(({ expr }) => expr),
      ...boards.flatMap((board) =>
        [...board.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(
          ([, expr = '']) => JSON.parse(expr) as string,
        ),
      ),
    ];
    expect(asked.length).toBeGreaterThan(40);
    const named = new Set(
      asked.flatMap((expr) => expr.replace(/"[^"]*"/g, '').match(/\b[a-z]+_[a-z0-9_]+\b/g) ?? []),
    );
    expect([...named].filter((name) => ![...told, ...OF_NODES, ...OF_THE_LANGUAGE].includes(name))).toEqual(
      [],
    );
    for (const metric of WATCHED) expect(named).toContain(metric);
  });

  test('says of each alert where it is told what to do', () => {
    const headings = [...textOf('docs', 'operating.md').matchAll(/^#+ (.+)$/gm)].map(
      ([, heading]) => heading,
    );
    for (const { annotations } of alerts)
      for (const [, heading] of annotations.action.matchAll(/“([^”]+)”/g))
        expect(headings).toContain(heading);
  });
});

/** What a node of the engine tells, as it was seen of EventStoreDB 23.10. */
const OF_NODES = ['eventstore_proc_mem_bytes', 'eventstore_sys_disk_bytes'];
/** Words of the language in which questions are asked. */
const OF_THE_LANGUAGE = ['histogram_quantile', 'min_over_time'];
/** What an operator has to see. */
const WATCHED = [
  'register_append_duration_seconds_bucket',
  'register_http_request_duration_seconds_bucket',
  'register_read_model_lag_events',
  'register_refused_events_total',
  'register_http_problems_total',
  'register_days_behind',
  'register_readers',
  'register_ready',
  'register_log_file_bytes',
  'process_resident_memory_bytes',
];
