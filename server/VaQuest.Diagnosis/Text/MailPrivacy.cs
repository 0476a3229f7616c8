// MailPrivacy: takes addresses and names out of the text of a mail.
using System.Globalization;
using System.Text.RegularExpressions;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sources;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Text;

/// <summary>
/// Replaces what tells of a machine: addresses by labels that keep which are equal, names by placeholders. Small numbers stay, because the
/// offset of a NULL dereference is the finding. Not safe for concurrent use.
/// </summary>
internal sealed partial class MailPrivacy
{
    /// <summary>Parts of a path that are kept of an absolute one: "drivers/ring/store.c" says enough.</summary>
    private const int PathParts = 3;

    /// <summary>Below this a number is an offset or a count, not an address: the NULL page and what lies just above.</summary>
    private const ulong LeastAddress = 0x10_0000;

    private readonly MailOptions _options;
    private readonly Dictionary<ulong, string> _labels = [];
    private readonly Regex? _names;
    private readonly string? _buildId;

    public MailPrivacy(CrashReport report, MailOptions options)
    {
        _options = options;
        _buildId = report.Kernel.BuildId.HasValue ? report.Kernel.BuildId.Value : null;
        _names = options.HideNames ? NamesOf(report) : null;
    }

    public string Apply(string text)
    {
        string result = _names is null ? text : _names.Replace(CommInLog().Replace(Directory().Replace(text, ".../"), "${1}<name>"), "<name>");
        return _options.HideAddresses ? Address().Replace(result, LabelOf) : result;
    }

    /// <summary>A source position: what is below the build directory, the last parts of an absolute path.</summary>
    public string PathOf(SourceLocation? location)
    {
        if (location is null or { File: "" })
        {
            return "";
        }

        string path = SourcePaths.Shorten(location);
        string[] parts = path.Split('/');
        bool isLong = path.StartsWith('/') && parts.Length > PathParts + 1;
        int kept = _options.HideNames && path.StartsWith('/') ? 1 : PathParts;
        string shown = isLong || (_options.HideNames && path.StartsWith('/')) ? ".../" + string.Join('/', parts[^Math.Min(kept, parts.Length)..]) : path;
        return location.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{shown}:{location.Line}") : shown;
    }

    private string LabelOf(Match match)
    {
        string digits = match.Value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? match.Value[2..] : match.Value;
        bool isAddress = ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) && value >= LeastAddress;
        if (!isAddress || (_buildId is not null && _buildId.Contains(digits, StringComparison.OrdinalIgnoreCase)))
        {
            return match.Value;
        }

        if (!_labels.TryGetValue(value, out string? label))
        {
            _labels[value] = label = string.Create(CultureInfo.InvariantCulture, $"<address-{_labels.Count + 1}>");
        }

        return label;
    }

    // The host's name, and the names of the user tasks that the report has; a name of one letter would be found everywhere.
    private static Regex? NamesOf(CrashReport report)
    {
        IEnumerable<KernelTask> tasks = report.Stacks.Select(stack => stack.Task).OfType<KernelTask>().Where(task => task is { IsKernelThread: false, Pid: not 0 });
        var names = new HashSet<string>(tasks.Select(task => task.Comm), StringComparer.Ordinal);
        bool isKernelTask = report.Stacks.Any(stack => stack.IsPanicStack && stack.Task is { IsKernelThread: true });
        if (report.Panic.Comm.HasValue && !isKernelTask)
        {
            names.Add(report.Panic.Comm.Value);
        }

        if (report.System.Hostname.HasValue)
        {
            names.Add(report.System.Hostname.Value);
        }

        names.RemoveWhere(name => name.Length < 2 || name is "(none)" or "localhost");
        return names.Count == 0 ? NoNames() : new Regex(
            @"(?<![\w.])(?:" + string.Join('|', names.OrderByDescending(name => name.Length).Select(Regex.Escape)) + @")(?![\w.(+])",
            RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    /// <summary>"Comm: sh Tainted", "[sh:77]", "task sh:77": the names of tasks that only the log knows.</summary>
    [GeneratedRegex(@"(\bComm: |\btask |\[)(?!kworker|ksoftirqd|swapper|kthreadd|migration|rcu_)[^\s:\[\]]+(?=:\d+\b|\s+(?:Kdump|Tainted|Not tainted))", RegexOptions.CultureInvariant)]
    private static partial Regex CommInLog();

    /// <summary>"0x…" of six digits and more, sixteen digits as registers are printed, and the entries of page tables.</summary>
    [GeneratedRegex(@"\b0x[0-9a-fA-F]{6,16}\b|\b[0-9a-fA-F]{16}\b|(?<=\b(?:PGD|P4D|PUD|PMD|PTE) )[0-9a-fA-F]{6,16}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    /// <summary>The directories of an absolute path.</summary>
    [GeneratedRegex(@"(?<![\w./])/(?:[\w.+~-]+/)+(?=[\w.+-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Directory();

    [GeneratedRegex(@"(?!)")]
    private static partial Regex NoNames();
}
