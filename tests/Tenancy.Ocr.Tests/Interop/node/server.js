// grpc.testing.TestService on grpc-js. Prints its port; ends when its input does.
//
// usage: node server.js PROTO MODULES [CERTIFICATE KEY ROOTS]
const fs = require('node:fs');
const path = require('node:path');
const modules = process.argv[3];
const grpc = require(path.join(modules, '@grpc/grpc-js'));
const protobuf = require(path.join(modules, 'protobufjs'));

const root = new protobuf.Root().loadSync(process.argv[2]);
const method = (name, request, response, requestStream, responseStream) => {
  const from = root.lookupType('grpc.testing.' + request), to = root.lookupType('grpc.testing.' + response);
  return {
    path: '/grpc.testing.TestService/' + name, requestStream, responseStream,
    requestSerialize: m => from.encode(m).finish(), requestDeserialize: b => from.decode(b),
    responseSerialize: m => to.encode(to.fromObject(m)).finish(), responseDeserialize: b => to.decode(b),
  };
};
const service = {
  EmptyCall: method('EmptyCall', 'Empty', 'Empty', false, false),
  UnaryCall: method('UnaryCall', 'SimpleRequest', 'SimpleResponse', false, false),
  StreamingInputCall: method('StreamingInputCall', 'StreamingInputCallRequest', 'StreamingInputCallResponse', true, false),
  StreamingOutputCall: method('StreamingOutputCall', 'StreamingOutputCallRequest', 'StreamingOutputCallResponse', false, true),
  FullDuplexCall: method('FullDuplexCall', 'StreamingOutputCallRequest', 'StreamingOutputCallResponse', true, true),
};

const body = size => ({ payload: { body: Buffer.alloc(size) } });
const wanted = request => request.responseStatus && request.responseStatus.code ? request.responseStatus : null;
const trailers = call => {
  const metadata = new grpc.Metadata();
  const initial = call.metadata.get('x-grpc-test-echo-initial')[0];
  if (initial !== undefined) {
    const headers = new grpc.Metadata();
    headers.set('x-grpc-test-echo-initial', initial);
    call.sendMetadata(headers);
  }
  const trailing = call.metadata.get('x-grpc-test-echo-trailing-bin')[0];
  if (trailing !== undefined) metadata.set('x-grpc-test-echo-trailing-bin', trailing);
  return metadata;
};
const sleep = micros => new Promise(resolve => setTimeout(resolve, micros / 1000));
const outputs = async (call, request) => {
  for (const { size, intervalUs } of request.responseParameters) {
    if (intervalUs) await sleep(intervalUs);
    if (call.cancelled) return;
    call.write(body(size));
  }
};

const server = new grpc.Server();
server.addService(service, {
  EmptyCall: (call, done) => done(null, {}),
  UnaryCall: (call, done) => {
    const after = trailers(call), status = wanted(call.request);
    if (status) done({ code: status.code, details: status.message, metadata: after });
    else done(null, body(call.request.responseSize), after);
  },
  StreamingInputCall: (call, done) => {
    let sum = 0;
    call.on('data', request => { sum += request.payload ? request.payload.body.length : 0; });
    call.on('end', () => done(null, { aggregatedPayloadSize: sum }));
  },
  StreamingOutputCall: async call => { await outputs(call, call.request); call.end(); },
  FullDuplexCall: call => {
    const after = trailers(call);
    let work = Promise.resolve();
    call.on('data', request => {
      work = work.then(() => {
        const status = wanted(request);
        if (status) call.emit('error', { code: status.code, details: status.message, metadata: after });
        else return outputs(call, request);
      });
    });
    call.on('end', () => work.then(() => call.end(after)));
    call.on('error', () => {});
  },
});
const files = process.argv.slice(4).map(file => fs.readFileSync(file));
const credentials = files.length
  ? grpc.ServerCredentials.createSsl(files[2], [{ cert_chain: files[0], private_key: files[1] }], true)
  : grpc.ServerCredentials.createInsecure();
server.bindAsync(files.length ? 'localhost:0' : '127.0.0.1:0', credentials, (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
