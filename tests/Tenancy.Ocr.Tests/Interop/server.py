"""grpc.testing.TestService on grpcio. Prints its port; ends when its input does.

usage: server.py DESCRIPTOR [CERTIFICATE KEY ROOTS]
"""
import sys
import time
from concurrent import futures

import grpc
from google.protobuf import descriptor_pool, message_factory

pool = descriptor_pool.DescriptorPool()
with open(sys.argv[1], "rb") as file:
    pool.AddSerializedFile(file.read())


def message(name):
    descriptor = pool.FindMessageTypeByName("grpc.testing." + name)
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


Empty = message("Empty")
SimpleRequest, SimpleResponse = message("SimpleRequest"), message("SimpleResponse")
InputRequest, InputResponse = message("StreamingInputCallRequest"), message("StreamingInputCallResponse")
OutputRequest, OutputResponse = message("StreamingOutputCallRequest"), message("StreamingOutputCallResponse")


def echo_metadata(context):
    metadata = dict(context.invocation_metadata())
    initial = metadata.get("x-grpc-test-echo-initial")
    trailing = metadata.get("x-grpc-test-echo-trailing-bin")
    if initial is not None:
        context.send_initial_metadata((("x-grpc-test-echo-initial", initial),))
    if trailing is not None:
        context.set_trailing_metadata((("x-grpc-test-echo-trailing-bin", trailing),))


def echo_status(request, context):
    if request.HasField("response_status") and request.response_status.code:
        context.set_code(next(c for c in grpc.StatusCode if c.value[0] == request.response_status.code))
        context.set_details(request.response_status.message)
        return True
    return False


def empty_call(request, context):
    return Empty()


def unary_call(request, context):
    echo_metadata(context)
    if request.HasField("response_compressed") and request.response_compressed.value:
        context.set_compression(grpc.Compression.Gzip)
    if echo_status(request, context):
        return SimpleResponse()
    response = SimpleResponse()
    response.payload.body = bytes(request.response_size)
    return response


def streaming_input(requests, context):
    return InputResponse(aggregated_payload_size=sum(len(r.payload.body) for r in requests))


def outputs(request, context):
    for parameters in request.response_parameters:
        if parameters.interval_us:
            time.sleep(parameters.interval_us / 1e6)
        if not context.is_active():
            return
        if parameters.HasField("compressed") and not parameters.compressed.value:
            context.disable_next_message_compression()
        response = OutputResponse()
        response.payload.body = bytes(parameters.size)
        yield response


def streaming_output(request, context):
    if any(p.HasField("compressed") and p.compressed.value for p in request.response_parameters):
        context.set_compression(grpc.Compression.Gzip)
    yield from outputs(request, context)


def full_duplex(requests, context):
    echo_metadata(context)
    for request in requests:
        if echo_status(request, context):
            return
        yield from outputs(request, context)


unary, streams_in = grpc.unary_unary_rpc_method_handler, grpc.stream_unary_rpc_method_handler
streams_out, duplex = grpc.unary_stream_rpc_method_handler, grpc.stream_stream_rpc_method_handler


def handler(kind, function, request, response):
    return kind(function, request_deserializer=request.FromString, response_serializer=response.SerializeToString)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=[("grpc.so_reuseport", 0)])
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.testing.TestService", {
    "EmptyCall": handler(unary, empty_call, Empty, Empty),
    "UnaryCall": handler(unary, unary_call, SimpleRequest, SimpleResponse),
    "StreamingInputCall": handler(streams_in, streaming_input, InputRequest, InputResponse),
    "StreamingOutputCall": handler(streams_out, streaming_output, OutputRequest, OutputResponse),
    "FullDuplexCall": handler(duplex, full_duplex, OutputRequest, OutputResponse),
}),))
if len(sys.argv) > 2:
    certificate, key, roots = (open(path, "rb").read() for path in sys.argv[2:5])
    credentials = grpc.ssl_server_credentials([(key, certificate)], root_certificates=roots, require_client_auth=True)
    port = server.add_secure_port("localhost:0", credentials)
else:
    port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(None)
