// FunctionName: plain function names out of symbol names.
namespace VaQuest.Kernel.Unwind;

/// <summary>Compilers append .isra.0, .constprop.0, .part.0, .cold, .llvm.NUMBER to the names of clones and split parts.</summary>
public static class FunctionName
{
    /// <summary>The name as in the source: everything before the first dot.</summary>
    public static string Plain(string symbol)
    {
        int dot = symbol.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? symbol[..dot] : symbol;
    }
}
