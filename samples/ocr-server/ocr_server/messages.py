"""The messages of protos/, from the descriptors that protoc wrote at start: no generated code is kept."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


class Messages:
    """The messages and enumerations of one package, by name: `Messages(pool, "tenancy.ocr.v1").Page`."""

    def __init__(self, pool: descriptor_pool.DescriptorPool, package: str) -> None:
        self._pool = pool
        self._package = package

    def __getattr__(self, name: str) -> Any:
        full_name = f"{self._package}.{name}"
        try:
            found: Any = _message_class(self._pool, self._pool.FindMessageTypeByName(full_name))
        except KeyError:
            enum = self._pool.FindEnumTypeByName(full_name)
            found = {value.name: value.number for value in enum.values}
        setattr(self, name, found)
        return found


class Contracts:
    """All contracts that the server speaks."""

    def __init__(self, descriptors: Path) -> None:
        pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString(descriptors.read_bytes()).file:
            pool.Add(file)
        self.ocr = Messages(pool, "tenancy.ocr.v1")
        self.health = Messages(pool, "grpc.health.v1")
        self.inference = Messages(pool, "inference")
        self.rpc = Messages(pool, "google.rpc")


def _message_class(pool: descriptor_pool.DescriptorPool, descriptor: Any) -> Any:
    # The function came with protobuf 4.22, and the class went with 5.
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)
