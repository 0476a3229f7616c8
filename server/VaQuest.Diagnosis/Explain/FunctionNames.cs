// FunctionNames: function names without what a build adds to them.
namespace VaQuest.Diagnosis.Explain;

/// <summary>Normalises names, so that the same code has the same name in every build.</summary>
public static class FunctionNames
{
    private static readonly string[] s_suffixes =
        [".isra.", ".part.", ".constprop.", ".cold", ".llvm.", ".lto_priv.", ".cfi_jt", ".localalias", ".resolver", ".thinlto."];

    /// <summary>Cuts the suffixes of compiler clones: foo.isra.0.cold becomes foo.</summary>
    public static string Normalise(string name)
    {
        int end = name.Length;
        foreach (string suffix in s_suffixes)
        {
            int at = name.IndexOf(suffix, StringComparison.Ordinal);
            if (at > 0 && at < end)
            {
                end = at;
            }
        }

        return name[..end];
    }
}
