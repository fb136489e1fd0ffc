import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { isFinding } from '@app/transparency/finding';
import { parseTilePath } from '@app/transparency/tiles';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Checkpoints } from './checkpoints';
import { LogTree } from './log-tree';
import { proven, sharedCheckpoint } from './shared';

/** The last signed checkpoint: a note, byte for byte. */
export class ReadCheckpoint extends Query<string | Refusal> {}

@QueryHandler(ReadCheckpoint)
export class ReadCheckpointHandler implements IQueryHandler<ReadCheckpoint> {
  constructor(private readonly checkpoints: Checkpoints) {}

  async execute(): Promise<string | Refusal> {
    const current = await sharedCheckpoint(this.checkpoints, () => this.checkpoints.current());
    return isRefusal(current) ? current : current.note;
  }
}

/** A tile or a bundle of entries, by its path: `tile/0/x001/067.p/8`. Refused with `not-found` if the last checkpoint does not cover it. */
export class ReadTile extends Query<Uint8Array | Refusal> {
  constructor(readonly path: string) {
    super();
  }
}

@QueryHandler(ReadTile)
export class ReadTileHandler implements IQueryHandler<ReadTile> {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly tree: LogTree,
  ) {}

  async execute({ path }: ReadTile): Promise<Uint8Array | Refusal> {
    const address = parseTilePath(path);
    if (isFinding(address)) return NO_TILE;
    const known = this.tree.tile(address, this.checkpoints.covered);
    if (known) return known;
    // Another process may have signed more meanwhile, and told it to whoever asks here.
    const current = await sharedCheckpoint(this.checkpoints, () => this.checkpoints.current());
    if (isRefusal(current)) return current;
    return this.tree.tile(address, current.size) ?? NO_TILE;
  }
}

const NO_TILE = refuse(
  'not-found',
  'There is no such tile, or the last checkpoint does not cover it: addresses are /tile/<level>/<index> and /tile/entries/<index>, as C2SP tlog-tiles has them, and end in .p/<width> for a tile that is not full',
);

/** The list of all keys that the log ever had: a signed note. */
export class ListLogKeys extends Query<string | Refusal> {}

@QueryHandler(ListLogKeys)
export class ListLogKeysHandler implements IQueryHandler<ListLogKeys> {
  constructor(private readonly checkpoints: Checkpoints) {}

  async execute(): Promise<string | Refusal> {
    const keys = await proven(this.checkpoints, () => this.checkpoints.keys());
    return isRefusal(keys) ? keys : keys.keyList;
  }
}

/** The keys of receipts, all there ever were, as a JSON Web Key Set. */
export class ListReceiptKeys extends Query<string | Refusal> {}

@QueryHandler(ListReceiptKeys)
export class ListReceiptKeysHandler implements IQueryHandler<ListReceiptKeys> {
  constructor(private readonly checkpoints: Checkpoints) {}

  async execute(): Promise<string | Refusal> {
    const keys = await proven(this.checkpoints, () => this.checkpoints.keys());
    return isRefusal(keys) ? keys : JSON.stringify({ keys: keys.jwks });
  }
}
