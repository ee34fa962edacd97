"""tenancy.ocr.v1 on grpcio, for comparison: a server that answers at once, and a client that calls it.

usage: grpcio.py serve DESCRIPTOR            prints its port, ends with its input
       grpcio.py drive DESCRIPTOR PORT FILE  for each line "SECONDS INFLIGHT" prints "CALLS-PER-SECOND P50-MILLISECONDS CPU-MICROSECONDS"
"""
import sys
import threading
import time
from concurrent import futures

import grpc
from google.protobuf import descriptor_pool, message_factory

METHOD = "/tenancy.ocr.v1.OcrService/Recognize"
pool = descriptor_pool.DescriptorPool()
with open(sys.argv[2], "rb") as file:
    pool.AddSerializedFile(file.read())


def message(name):
    descriptor = pool.FindMessageTypeByName("tenancy.ocr.v1." + name)
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


Request, Response = message("RecognizeRequest"), message("RecognizeResponse")


def serve():
    answer = Response(server_request_id="log")
    page = answer.pages.add(number=1, width=1240, height=1754, text="line " * 60)
    for i in range(30):
        line = page.lines.add(text="a line of text as it stands on a page", confidence=0.98)
        line.polygon.xy.extend([10, 20 * i, 900, 20 * i, 900, 20 * i + 15, 10, 20 * i + 15])
        line.box.x, line.box.y, line.box.width, line.box.height = 10, 20 * i, 890, 15

    def recognize(request, context):
        response = Response()
        response.CopyFrom(answer)
        response.request_id = request.request_id
        return response

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("tenancy.ocr.v1.OcrService", {
        "Recognize": grpc.unary_unary_rpc_method_handler(
            recognize, request_deserializer=Request.FromString, response_serializer=Response.SerializeToString),
    }),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(None)


def drive():
    with open(sys.argv[4], "rb") as file:
        content = file.read()
    channel = grpc.insecure_channel("127.0.0.1:" + sys.argv[3])
    call = channel.unary_unary(METHOD, request_serializer=Request.SerializeToString, response_deserializer=Response.FromString)
    for line in sys.stdin:
        seconds, in_flight = float(line.split()[0]), int(line.split()[1])
        times = [[] for _ in range(in_flight)]
        end = time.perf_counter() + seconds

        def work(mine):
            number = 0
            while True:
                since = time.perf_counter()
                if since >= end:
                    return
                number += 1
                response = call(Request(content=content, media_type="image/png", request_id=str(number)), timeout=60)
                # What the other client does as well: whose answer it is, and its text.
                assert response.request_id == str(number) and [line.text for line in response.pages[0].lines]
                mine.append(time.perf_counter() - since)

        started, cpu = time.perf_counter(), time.process_time()
        threads = [threading.Thread(target=work, args=(mine,)) for mine in times]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took, cpu = time.perf_counter() - started, time.process_time() - cpu
        all_times = sorted(value for mine in times for value in mine)
        print(f"{len(all_times) / took:.3f} {all_times[len(all_times) // 2] * 1e3:.4f} {cpu / len(all_times) * 1e6:.1f}", flush=True)


serve() if sys.argv[1] == "serve" else drive()
