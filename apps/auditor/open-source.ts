import { ExportSource } from './export-source';
import { UrlSource } from './url-source';
import { type LogSource } from './source';

/** The source with a name: the address of a register, or the file of an export. `signal`: ends what waits. */
export async function openSource(name: string, signal: AbortSignal): Promise<LogSource> {
  return /^https?:\/\//i.test(name) ? new UrlSource(name, signal) : ExportSource.open(name);
}
