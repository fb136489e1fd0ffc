import { hash } from 'node:crypto';

/**
 * The hash of an event as a leaf of the log’s tree (RFC 6962; specification, section 8, “What is checked
 * when”): SHA-256(0x00 ‖ its bytes), in lower-case hexadecimal. It is kept beside each event and never
 * published: whoever has the event can compute it.
 */
export function leafHash(event: string): string {
  return hash('sha256', `\0${event}`);
}
