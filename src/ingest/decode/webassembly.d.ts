/** What is used of the engine's WebAssembly, because neither `es2023` nor Node's types declare it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  /** A trap: the module met something it had no answer to. */
  class RuntimeError extends Error {}
  interface Instance {
    readonly exports: unknown;
  }
  interface WebAssemblyInstantiatedSource {
    readonly module: Module;
    readonly instance: Instance;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  function instantiate(module: Module, imports: Record<string, Record<string, unknown>>): Promise<Instance>;
}
