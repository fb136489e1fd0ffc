import { DAY } from '@app/domain/values/keys';
import { Type } from 'typebox';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { answerShape, orNull } from '../response/shapes';

export const LIVE = answerShape({ status: Type.Literal('live') }, 'The process runs');

export const READY = answerShape(
  {
    ready: Type.Boolean({ description: 'Whether questions at the head are answered and posts are taken' }),
    position: Type.String({ description: 'The last event that this process has read; -1 before the first' }),
    head: orNull(
      Type.String({ description: 'The last event of the log, where it can be read; -1 before the first' }),
    ),
    today: orNull(DAY),
    follower: Type.String({ description: 'What the reading of the log is doing' }),
    checking: Type.Optional(
      Type.Boolean({
        description: 'True while what was read is still being checked in the background; absent afterwards',
      }),
    ),
    detail: Type.Optional(Type.String({ description: 'Why it is not ready, in words; absent where it is' })),
  },
  'How far this process is',
);

export const HEALTH_OPERATIONS: Operations = {
  'GET /health/live': {
    operationId: 'isLive',
    tag: 'Operation',
    summary: 'Does the process run?',
    description: 'Asks nothing of the log. A process that does not answer should be started again.',
    answers: { 200: { description: 'It does', content: one('Live') } },
    examples: [{ name: 'live', summary: 'It runs', address: '/health/live' }],
  },
  'GET /health/ready': {
    operationId: 'isReady',
    tag: 'Operation',
    summary: 'Does it answer and take posts?',
    description:
      'Ready once the log is read, and as long as it is followed and can be written, and the policy stands in it that is asked where none is named.',
    answers: {
      200: { description: 'It is ready', content: one('Ready') },
      503: { description: 'It is not: how far it is', content: one('Ready') },
    },
    examples: [{ name: 'ready', summary: 'It is ready', address: '/health/ready' }],
  },
  'GET /metrics': {
    operationId: 'readMetrics',
    tag: 'Operation',
    summary: 'What is counted and measured',
    description: 'For the operator’s monitoring, in the text format of Prometheus.',
    answers: {
      200: { description: 'The metrics', content: { 'text/plain': { text: 'Metrics, one a line' } } },
    },
  },
};

export const HEALTH_SHAPES: Shapes = { Live: LIVE, Ready: READY };
