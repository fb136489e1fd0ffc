export const ONE_EVENT = 'application/cloudevents+json';

export const BATCH = 'application/cloudevents-batch+json';

export const NDJSON = 'application/x-ndjson';

export const JSON_TYPE = 'application/json';

export const CSV = 'text/csv';

/** A signed receipt: a compact JWS (RFC 7515). */
export const JOSE = 'application/jose';

export const JWK_SET = 'application/jwk-set+json';
