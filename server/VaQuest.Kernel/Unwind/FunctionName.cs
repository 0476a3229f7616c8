// FunctionName: plain function names out of symbol names.
namespace VaQuest.Kernel.Unwind;

/// <summary>Compilers append .isra.0, .constprop.0, .part.0, .cold, .llvm.NUMBER to the names of clones and split parts.</summary>
public static class FunctionName
{
    private const string StartupAlias = "__pi_";

    /// <summary>The name as in the source: everything before the first dot.</summary>
    public static string Plain(string symbol)
    {
        int dot = symbol.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? symbol[..dot] : symbol;
    }

    /// <summary>
    /// True for the thunks that jump to the address in a register (arch/x86/lib/retpoline.S). Since 6.17 code of the early boot names them
    /// by an alias, and the alphabet puts that first.
    /// </summary>
    public static bool IsIndirectThunk(string symbol) => WithoutAlias(symbol).StartsWith("__x86_indirect_", StringComparison.Ordinal);

    /// <summary>The name without the prefix by which code of the early boot names a function (arch/x86/boot/startup).</summary>
    public static string WithoutAlias(string symbol) =>
        symbol.StartsWith(StartupAlias, StringComparison.Ordinal) ? symbol[StartupAlias.Length..] : symbol;
}
