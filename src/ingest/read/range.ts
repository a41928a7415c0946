import { ObjectError } from '../../errors.ts';

/** Throws OBJECT_CORRUPT for bytes that are not there: only wrong offsets inside the object lead beyond it. */
export function assertWithin(start: number, end: number, size: number): void {
  if (start >= 0 && start <= end && end <= size) return;
  throw new ObjectError('OBJECT_CORRUPT', `The object points to its bytes ${start} to ${end}, and has ${size}.`, {
    permanent: true,
  });
}
