/** Whether the text is an IP address that OpenSearch's `ip` type accepts: four decimals without leading zeros, or IPv6. */
export function isIp(value: string): boolean {
  // No address is longer than `xxxx:` six times plus a dotted quad.
  if (value.length < 2 || value.length > 45) return false;
  return value.includes(':') ? isIpv6(value) : isIpv4(value);
}

function isIpv4(value: string): boolean {
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 46) {
      if (octet < 0 || ++dots > 3) return false;
      octet = -1;
    } else if (code >= 48 && code <= 57) {
      // A leading zero was octal once, so parsers disagree about it.
      if (octet === 0) return false;
      octet = octet < 0 ? code - 48 : octet * 10 + code - 48;
      if (octet > 255) return false;
    } else {
      return false;
    }
  }
  return dots === 3 && octet >= 0;
}

function isIpv6(value: string): boolean {
  const halves = value.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [at, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [index, part] of parts.entries()) {
      const last = at === halves.length - 1 && index === parts.length - 1;
      if (last && part.includes('.')) {
        if (!isIpv4(part)) return false;
        groups += 2;
      } else {
        if (!/^[0-9a-f]{1,4}$/i.test(part)) return false;
        groups += 1;
      }
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}
