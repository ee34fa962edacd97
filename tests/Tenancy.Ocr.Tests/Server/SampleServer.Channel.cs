using Tenancy.Transport;

namespace Tenancy.Ocr.Tests.Server;

/// <content>What only the client's own tests can see.</content>
public sealed partial class SampleServer
{
    internal IGrpcChannel Connect() => new HttpGrpcChannel(new GrpcChannelOptions { Address = Address });
}
