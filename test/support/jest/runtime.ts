// How a suite loads modules: as Jest does, each suite its own instances, of functions that its worker compiles once. All
// suites load the same two thousand files: reading and compiling them anew was a fifth of what a short suite of the
// application computes, and little of a long one. Coverage would see the first suite of a worker only; nothing measures it.
import { compileFunction } from 'node:vm';
import Runtime from 'jest-runtime';

/** The parts of Jest's runtime that are made otherwise here. It has no setting for them. */
interface Parts {
  readonly executor: {
    readonly injectedModuleParameters: string[];
    transformCache: { transform(file: string, options?: object): string };
    compile(source: string, file: string): Compiled;
  };
}
type Compiled = ReturnType<typeof compileFunction>;

/** By file: called with a `module` and a `require`, it makes an instance of the module. */
const compiled = new Map<string, Compiled>();

class CompilingOnce extends Runtime {
  constructor(...given: ConstructorParameters<typeof Runtime>) {
    super(...given);
    const { executor } = this as unknown as Parts;
    const read = executor.transformCache;
    executor.transformCache = {
      transform: (file, options) => (compiled.has(file) ? '' : read.transform(file, options)),
    };
    executor.compile = (source, file) => {
      const one =
        compiled.get(file) ?? compileFunction(source, executor.injectedModuleParameters, { filename: file });
      compiled.set(file, one);
      return one;
    };
  }
}

export = CompilingOnce;
