import { describe, expect, it } from 'vitest'
import type { ChosenExport } from '../../../core/model/chosen-export.ts'
import { destinationsOf, resolveExport } from '../../../core/telemetry/export-settings.ts'
import type { Environment } from '../../../core/telemetry/otel-environment.ts'
import { readOtelEnvironment, tracesUrl } from '../../../core/telemetry/otel-environment.ts'

const nothingChosen: ChosenExport = { endpoint: '', headers: {} }

function resolve(env: Environment, chosen = nothingChosen) {
  return resolveExport(chosen, env, { version: '1.2.3' })
}

describe('the endpoint', () => {
  it.each([
    ['http://localhost:4318', 'http://localhost:4318/v1/traces'],
    ['http://localhost:4318/', 'http://localhost:4318/v1/traces'],
    ['http://example.org/mycollector', 'http://example.org/mycollector/v1/traces'],
    ['https://example.org/mycollector/', 'https://example.org/mycollector/v1/traces'],
    ['https://example.org/c?tenant=a', 'https://example.org/c/v1/traces?tenant=a'],
  ])('of all signals %s gets the path of traces', (base, whole) => {
    expect(tracesUrl(base)).toBe(whole)
    expect(resolve({ OTEL_EXPORTER_OTLP_ENDPOINT: base })).toMatchObject({
      endpoint: whole,
      fromEnvironment: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    })
  })

  it.each([
    ['http://collector:4318/custom', 'http://collector:4318/custom'],
    ['http://collector:4318', 'http://collector:4318/'],
  ])('of traces %s is used as it is', (given, whole) => {
    expect(
      resolve({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: given, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:1' }),
    ).toMatchObject({ endpoint: whole, fromEnvironment: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' })
  })

  it('of the settings counts only where no variable is set', () => {
    const chosen = { endpoint: 'http://mine:4318', headers: {} }
    expect(resolve({}, chosen)).toMatchObject({
      endpoint: 'http://mine:4318/v1/traces',
      fromEnvironment: undefined,
    })
    expect(resolve({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env:4318' }, chosen).endpoint).toBe(
      'http://env:4318/v1/traces',
    )
    expect(resolve({ OTEL_EXPORTER_OTLP_ENDPOINT: '  ' }, chosen).endpoint).toBe('http://mine:4318/v1/traces')
  })

  it.each([
    ['http://mine:4318/v1/traces', 'http://mine:4318/v1/traces'],
    ['http://mine/otlp/v1/traces?key=1', 'http://mine/otlp/v1/traces?key=1'],
    [' localhost:4318 ', 'http://localhost:4318/v1/traces'],
    ['127.0.0.1:4318/v1/traces', 'http://127.0.0.1:4318/v1/traces'],
    ['', ''],
  ])('typed as %j becomes %j', (endpoint, whole) => {
    expect(resolve({}, { endpoint, headers: {} })).toMatchObject({ endpoint: whole, problems: [] })
  })

  it.each(['ftp://example.org', 'http://', 'not a url'])(
    'typed as %j is named as a problem and nothing is exported',
    (endpoint) => {
      expect(resolve({}, { endpoint, headers: {} })).toMatchObject({
        endpoint: '',
        problems: ['the endpoint in the settings is not an http or https URL'],
      })
    },
  )

  it.each([
    ['OTEL_SDK_DISABLED', 'True'],
    ['OTEL_TRACES_EXPORTER', 'none'],
  ])('is off when %s says so, whatever else is set', (variable, value) => {
    const env = { [variable]: value, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env:4318' }
    expect(resolve(env, { endpoint: 'http://mine:4318', headers: {} })).toMatchObject({
      endpoint: '',
      fromEnvironment: variable,
    })
  })

  it('is not switched off by a value that only looks true', () => {
    expect(resolve({ OTEL_SDK_DISABLED: '1', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e' }).endpoint).not.toBe('')
  })
})

describe('headers', () => {
  it('are decoded, and those of traces win', () => {
    const env = {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc==, x-a = 1',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-a=2',
    }
    expect(readOtelEnvironment(env).headers).toEqual({ authorization: 'Bearer abc==', 'x-a': '2' })
  })

  it('of the settings never travel to an endpoint that the environment names', () => {
    const chosen = { endpoint: 'http://mine:4318', headers: { authorization: 'mine' } }
    expect(resolve({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env:4318' }, chosen).headers).toEqual({})
    expect(resolve({ OTEL_EXPORTER_OTLP_HEADERS: 'x-b=2' }, chosen).headers).toEqual({
      authorization: 'mine',
      'x-b': '2',
    })
  })

  it('that cannot be read are ignored as a whole, and the problem names the variable, not the value', () => {
    const given = readOtelEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: 'x-a=1,s3cret' })
    expect(given.headers).toEqual({})
    expect(given.problems).toEqual(['OTEL_EXPORTER_OTLP_HEADERS is ignored: it is not a list of name=value'])
  })
})

describe('the resource', () => {
  it('names the service and its version, and the environment may say otherwise', () => {
    expect(resolve({}).resource).toEqual({ 'service.name': 'taskscope', 'service.version': '1.2.3' })
    expect(
      resolve({
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=ignored,deployment.environment.name=a%2Cb',
        OTEL_SERVICE_NAME: 'mine',
      }).resource,
    ).toEqual({ 'service.name': 'mine', 'service.version': '1.2.3', 'deployment.environment.name': 'a,b' })
  })

  it('takes none of the attributes when one cannot be decoded', () => {
    const given = resolve({ OTEL_RESOURCE_ATTRIBUTES: 'a=1,b=%zz' })
    expect(given.resource).not.toHaveProperty('a')
    expect(given.problems).toEqual(['OTEL_RESOURCE_ATTRIBUTES is ignored: it is not a list of name=value'])
  })
})

it('takes the time-out in milliseconds, that of traces first, ten seconds by default', () => {
  expect(resolve({}).timeoutMs).toBe(10_000)
  expect(resolve({ OTEL_EXPORTER_OTLP_TIMEOUT: '2000' }).timeoutMs).toBe(2000)
  expect(resolve({ OTEL_EXPORTER_OTLP_TIMEOUT: '2000', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '500' }).timeoutMs).toBe(500)
  expect(resolve({ OTEL_EXPORTER_OTLP_TIMEOUT: '-1' })).toMatchObject({
    timeoutMs: 10_000,
    problems: ['OTEL_EXPORTER_OTLP_TIMEOUT is ignored: it is not a number of milliseconds'],
  })
})

describe('the protocol', () => {
  it.each([
    ['http/protobuf', 'http://env:4318/v1/traces'],
    ['http/json', 'http://env:4318/v1/traces'],
    ['grpc', 'http://env:4318/'],
  ])('%s is obeyed', (protocol, endpoint) => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env:4318' }
    expect(resolve(env)).toMatchObject({ protocol, endpoint, problems: [] })
  })

  it('of traces wins, and one that is not spoken is named', () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }
    expect(readOtelEnvironment(env).protocol).toEqual({
      value: 'http/json',
      variable: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
    })
    expect(readOtelEnvironment({ OTEL_EXPORTER_OTLP_PROTOCOL: 'thrift' })).toMatchObject({
      protocol: undefined,
      problems: ['OTEL_EXPORTER_OTLP_PROTOCOL is ignored: it is not grpc, http/protobuf or http/json'],
    })
  })

  it('decides what an endpoint of the settings means', () => {
    expect(resolve({}, { endpoint: 'collector:4317', headers: {}, protocol: 'grpc' }).endpoint).toBe(
      'http://collector:4317/',
    )
    expect(resolve({}, { endpoint: '/tmp/spans.jsonl', headers: {}, protocol: 'file' }).endpoint).toBe(
      '/tmp/spans.jsonl',
    )
    expect(resolve({}, { endpoint: 'spans.jsonl', headers: {}, protocol: 'file' }).problems).toEqual([
      'the endpoint in the settings is not an absolute path',
    ])
  })
})

it('compresses when a variable says so', () => {
  const chosen = { endpoint: 'http://mine:4318', headers: {} }
  expect(resolve({}, chosen).compression).toBe('none')
  expect(resolve({ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, chosen).compression).toBe('gzip')
  expect(readOtelEnvironment({ OTEL_EXPORTER_OTLP_COMPRESSION: 'zip' }).problems).toEqual([
    'OTEL_EXPORTER_OTLP_COMPRESSION is ignored: it is not gzip or none',
  ])
})

it('exports metrics when wanted or when a variable says so', () => {
  const chosen = { endpoint: 'http://mine:4318', headers: {} }
  expect(resolve({}, chosen).metrics).toBe(false)
  expect(resolve({}, { ...chosen, metrics: true }).metrics).toBe(true)
  expect(resolve({ OTEL_METRICS_EXPORTER: 'none' }, { ...chosen, metrics: true }).metrics).toBe(false)
  expect(resolve({ OTEL_METRICS_EXPORTER: 'otlp', OTEL_METRIC_EXPORT_INTERVAL: '5000' }, chosen)).toMatchObject({
    metrics: true,
    metricIntervalMs: 5000,
  })
})

it('knows several destinations, and none when the environment switches exporting off', () => {
  const chosen = {
    endpoint: 'http://mine:4318',
    headers: {},
    also: [{ endpoint: 'other:4317', headers: { 'x-token': '' }, protocol: 'grpc' as const }],
  }
  expect(destinationsOf(resolve({}, chosen))).toMatchObject([
    { endpoint: 'http://mine:4318/v1/traces', missingHeaders: [] },
    { endpoint: 'http://other:4317/', missingHeaders: ['x-token'] },
  ])
  expect(destinationsOf(resolve({ OTEL_SDK_DISABLED: 'true' }, chosen))).toEqual([])
})
