import { describe, expect, it } from 'vitest'
import { readOtelEnvironment } from '../../../../core/telemetry/otel-environment.ts'
import { localPort } from '../../../../core/telemetry/receive/own-endpoint.ts'
import { receiverEnvironment } from '../../../../core/telemetry/receive/server-environment.ts'

const here = { port: 4318, token: undefined }

describe('a program that is launched', () => {
  it('is told where its spans go, and how', () => {
    expect(receiverEnvironment(here, { PATH: '/bin' })).toEqual({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_METRICS_EXPORTER: 'none',
    })
  })

  it('gets the token in a header that SDKs can read', () => {
    const given = receiverEnvironment({ ...here, token: 'abc_-123' }, {})
    expect(readOtelEnvironment(given).headers).toEqual({ authorization: 'Bearer abc_-123' })
  })

  it.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example' },
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://otel.example/v1/traces' },
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_TRACES_EXPORTER: 'console' },
    { OTEL_SDK_DISABLED: 'true' },
  ])('is left alone where the person has said %j', (given) => {
    expect(receiverEnvironment(here, given)).toEqual({})
  })

  it('keeps what it is told about encoding and metrics', () => {
    const given = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_METRICS_EXPORTER: 'console' }
    expect(receiverEnvironment(here, given)).toMatchObject(given)
  })
})

it.each([
  ['http://localhost:4318', 4318],
  ['http://127.0.0.1:4318/v1/traces', 4318],
  ['http://[::1]:14318/', 14_318],
  ['http://localhost', 80],
  ['https://otel.example:4318', undefined],
  ['/tmp/spans.jsonl', undefined],
])('%s is on this machine at %s', (endpoint, port) => {
  expect(localPort(endpoint)).toBe(port)
})
