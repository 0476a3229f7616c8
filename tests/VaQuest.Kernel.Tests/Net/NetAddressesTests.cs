// NetAddressesTests: addresses as people write them.
using VaQuest.Kernel.Net;
using Xunit;

namespace VaQuest.Kernel.Tests.Net;

public sealed class NetAddressesTests
{
    [Fact]
    public void WritesEndpoints()
    {
        Assert.Equal("127.0.0.1:4712", NetAddresses.Endpoint([127, 0, 0, 1], 4712));
        Assert.Equal("0.0.0.0:*", NetAddresses.Endpoint([0, 0, 0, 0], 0));
        Assert.Equal("[::1]:22", NetAddresses.Endpoint([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 22));
        Assert.Equal("52:54:00:12:34:56", NetAddresses.Hardware([0x52, 0x54, 0, 0x12, 0x34, 0x56]));
        Assert.Null(NetAddresses.Ip([1, 2, 3]));
    }
}
