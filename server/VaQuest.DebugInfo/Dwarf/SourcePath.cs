// SourcePath: joins and folds the paths that debug information is made of.
using System.Text;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Text work only; no file system is asked.</summary>
internal static class SourcePath
{
    /// <summary>The last absolute part and what follows it, with "." and ".." folded. A leading ".." of a relative path stays.</summary>
    public static string Join(string first, string second, string third)
    {
        string path = third.StartsWith('/') ? third
            : second.StartsWith('/') || first.Length == 0 ? Glue(second, third)
            : Glue(Glue(first, second), third);
        return NeedsFolding(path) ? Fold(path) : path;
    }

    private static string Glue(string left, string right) =>
        left.Length == 0 ? right : right.Length == 0 ? left : left.EndsWith('/') ? left + right : left + "/" + right;

    private static bool NeedsFolding(string path) => path.StartsWith('.') || path.Contains("//", StringComparison.Ordinal)
        || path.Contains("/.", StringComparison.Ordinal);

    private static string Fold(string path)
    {
        bool isAbsolute = path.StartsWith('/');
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (!isAbsolute)
            {
                parts.Add(part);
            }
        }

        var folded = new StringBuilder(path.Length);
        foreach (string part in parts)
        {
            if (isAbsolute || folded.Length > 0)
            {
                folded.Append('/');
            }

            folded.Append(part);
        }

        return folded.ToString();
    }
}
