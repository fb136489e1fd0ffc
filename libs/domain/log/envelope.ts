import { Type } from 'typebox';

/** The attributes of a CloudEvent that a body posts (structured mode). */
export const ENVELOPE = Type.Object({
  specversion: Type.Literal('1.0', { description: 'The version of CloudEvents: "1.0"' }),
  id: Type.String({
    pattern: '^[!-?A-~]{1,128}$',
    description:
      '1–128 printable ASCII characters without @ and spaces, for an id stands in the log permanently',
  }),
  source: Type.String({
    format: 'uri-reference',
    maxLength: 256,
    description:
      'A URI reference of at most 256 printable ASCII characters, without spaces, such as https://body.example/feed or /feed',
  }),
  type: Type.String({ format: 'event-type', description: 'The name of an event' }),
  subject: Type.String({ description: 'The key of the subject' }),
  time: Type.Optional(Type.String({ format: 'instant', maxLength: 64, description: 'An RFC 3339 instant' })),
  datacontenttype: Type.Optional(
    Type.String({ format: 'json-media-type', description: 'application/json, for the data are JSON' }),
  ),
  data: Type.Object({}, { description: 'The fields of the event, as a JSON object' }),
});
