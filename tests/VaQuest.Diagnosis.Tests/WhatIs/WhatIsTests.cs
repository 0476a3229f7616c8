// WhatIsTests: numbers that are no addresses, over the dump in the repository; the numbers are those of the kernel's headers.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.WhatIs;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.WhatIs;

public sealed class WhatIsTests : IDisposable
{
    private readonly IDumpSession _session = DumpSession.Open(Lab.Sample()!.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData(0UL, "null", "NULL")]
    [InlineData(0x18UL, "null", "a NULL pointer with the offset 0x18")]
    [InlineData(0xfffffffffffffff4UL, "error-pointer", "-12 (-ENOMEM)")]
    [InlineData(0xfffffffffffffe00UL, "error-pointer", "-512 (-ERESTARTSYS)")]
    [InlineData(0xffffffffffffffffUL, "error-pointer", "also the number -1")]
    [InlineData(0xdead000000000100UL, "poison", "LIST_POISON1")]
    [InlineData(0xdead000000000122UL, "poison", "LIST_POISON2")]
    [InlineData(0xdead000000000130UL, "poison", "0x130 more")]
    [InlineData(0x6b6b6b6b6b6b6b6bUL, "poison", "POISON_FREE")]
    [InlineData(0x6b6b6b6b6b6b6b83UL, "poison", "the offset 0x18")]
    [InlineData(0x5a5a5a5a5a5a5a5aUL, "poison", "POISON_INUSE")]
    [InlineData(0xccccccccUL, "poison", "SLUB_RED_ACTIVE")]
    [InlineData(0x57ac6e9dUL, "magic", "STACK_END_MAGIC")]
    [InlineData(0x6f6c6c656820796dUL, "non-canonical", "as text it is \"my hello\"")]
    [InlineData(0x4000000000000000UL, "non-canonical", "not a canonical address")]
    [InlineData(0xffffffffff600000UL, "vsyscall", "vsyscall")]
    public void RecognisesNumbers(ulong number, string kind, string says)
    {
        AddressAnswer answer = Identify(number);
        Assert.Equal(kind, answer.Kind);
        Assert.Contains(says, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnswersForEveryNumber()
    {
        var random = new Random(20261130);
        byte[] bytes = new byte[8];
        for (int i = 0; i < 2000; i++)
        {
            random.NextBytes(bytes);
            ulong number = BitConverter.ToUInt64(bytes) | (i % 2 == 0 ? 0xff00000000000000 : 0);
            Check(Identify(number));
            Check(_session.Identify(new AddressQuestion(number, AddressMeaning.Physical), CancellationToken.None));
            Check(_session.Identify(new AddressQuestion(number >> (i % 52), AddressMeaning.PageFrame), CancellationToken.None));
        }
    }

    [Fact]
    public void TellsAFlippedBitOfACodeAddress()
    {
        ulong function = _session.FindSymbols("do_syscall_64", 1, CancellationToken.None)[0].Address!.Value.Value;
        AddressAnswer answer = Identify(function ^ (1UL << 62));
        Assert.Equal("non-canonical", answer.Kind);
        Assert.Contains(answer.Details, line => line.StartsWith($"differs in bit 62 from 0x{function:x}: ", StringComparison.Ordinal));
    }

    private AddressAnswer Identify(ulong number) => _session.Identify(new AddressQuestion(number), CancellationToken.None);

    private static void Check(AddressAnswer answer)
    {
        Assert.Contains(answer.Kind, AddressKinds.All);
        Assert.NotEmpty(answer.Text);
        Assert.DoesNotContain('\n', answer.Text);
    }
}
