/**
 * A value that depends on the time, made anew when it is older than `ageMs`: the same object until then, so that whoever
 * keeps something by it keeps little. `now` is epoch ms.
 */
export function renewed<T extends object>(make: (now: number) => T, ageMs: number, now: () => number = Date.now) {
  let made = now();
  let value = make(made);
  return (): T => {
    const time = now();
    // A clock that was set back counts too.
    if (Math.abs(time - made) >= ageMs) {
      made = time;
      value = make(time);
    }
    return value;
  };
}
