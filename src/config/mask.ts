/** An address as a message may show it. All before the last `@` may be a user and a password, also where it is not well formed. */
export function withoutCredentials(address: string, instead = ''): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, `$1${instead}`);
}
