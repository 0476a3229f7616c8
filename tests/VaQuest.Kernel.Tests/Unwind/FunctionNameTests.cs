// FunctionNameTests: names of symbols and the functions they stand for.
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Kernel.Tests.Unwind;

public sealed class FunctionNameTests
{
    [Theory]
    [InlineData("__x86_indirect_thunk_rax", true)]
    [InlineData("__pi___x86_indirect_thunk_rax", true)]
    [InlineData("__x86_indirect_call_thunk_rcx", true)]
    [InlineData("__x86_return_thunk", false)]
    [InlineData("__pi_memcpy", false)]
    [InlineData("vfs_write", false)]
    public void KnowsThunksByEitherName(string symbol, bool isThunk) => Assert.Equal(isThunk, FunctionName.IsIndirectThunk(symbol));

    [Theory]
    [InlineData("__pi_memcpy", "memcpy")]
    [InlineData("memcpy", "memcpy")]
    public void TakesTheAliasOff(string symbol, string name) => Assert.Equal(name, FunctionName.WithoutAlias(symbol));
}
