// Where a suite runs: in the realm of its worker, as the server runs in that of its process, and not in one of its own.
// Then a worker compiles each module once for all its suites, an error that Node throws is an `Error` to ours, and no
// name of a global goes through a proxy. What a suite has changed of the globals is put back after it.
import type { JestEnvironment } from '@jest/environment';
import { ModuleMocker } from 'jest-mock';

type Descriptors = ReadonlyMap<PropertyKey, PropertyDescriptor>;

const descriptorsOf = (of: object): Descriptors =>
  new Map(Reflect.ownKeys(of).map((key) => [key, Object.getOwnPropertyDescriptor(of, key)!]));

function putBack(on: object, before: Descriptors): void {
  for (const [key, { configurable }] of descriptorsOf(on))
    if (configurable && !before.has(key)) Reflect.deleteProperty(on, key);
  for (const [key, was] of before) {
    const is = Object.getOwnPropertyDescriptor(on, key);
    if (was.configurable && !(is && Object.is(is.value, was.value) && is.get === was.get))
      Object.defineProperty(on, key, was);
  }
}

class WorkersRealm implements JestEnvironment<undefined> {
  /** Null once the suite has ended: what it requires later is refused. */
  global: JestEnvironment['global'] = globalThis as unknown as JestEnvironment['global'];
  readonly moduleMocker = new ModuleMocker(globalThis);
  /** No suite asks for other timers: clocks are given to what they test. */
  readonly fakeTimers = null;
  readonly fakeTimersModern = null;
  private readonly globals = descriptorsOf(globalThis);
  private readonly environment = { ...process.env };
  /** Jest replaces them for each suite. */
  private readonly replaced = descriptorsOf(process);

  setup = (): Promise<void> => Promise.resolve();

  teardown(): Promise<void> {
    this.moduleMocker.restoreAllMocks();
    for (const name of Object.keys(process.env)) if (!(name in this.environment)) delete process.env[name];
    Object.assign(process.env, this.environment);
    for (const method of ['exit', 'getBuiltinModule']) {
      const was = this.replaced.get(method);
      if (was) Object.defineProperty(process, method, was);
    }
    putBack(globalThis, this.globals);
    this.global = null!;
    return Promise.resolve();
  }

  exportConditions = (): string[] => ['node', 'node-addons'];

  getVmContext = (): JestEnvironment['global'] => this.global;
}

export = WorkersRealm;
