// VmcoreinfoTable: the kernel's own facts for dump readers, as key and value.
using System.Globalization;
using System.Text;
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Vmcoreinfo;

/// <summary>
/// VMCOREINFO (kernel/crash_core.c, Documentation/admin-guide/kdump/vmcoreinfo.rst): KEY=VALUE lines. The first of duplicate keys wins.
/// </summary>
public sealed class VmcoreinfoTable
{
    /// <summary>The kernel's buffer is one page; copies may be padded, and hostile files may claim more.</summary>
    private const int MaxTextBytes = 1 << 20;

    /// <summary>The kernel's longest keys have about 50 characters.</summary>
    private const int MaxShownKey = 60;

    public static readonly VmcoreinfoTable Empty = new("", new Dictionary<string, string>(), []);

    private readonly Dictionary<string, string> _values;

    private VmcoreinfoTable(string text, Dictionary<string, string> values, IReadOnlyList<string> warnings)
    {
        Text = text;
        _values = values;
        Warnings = warnings;
    }

    /// <summary>The whole text as it is in the dump.</summary>
    public string Text { get; }

    public IReadOnlyDictionary<string, string> Values => _values;

    public IReadOnlyList<string> Warnings { get; }

    public bool IsEmpty => _values.Count == 0;

    public string? Release => Find("OSRELEASE");

    /// <summary>The kernel's build id in lower-case hex, or null when the key is absent or is not 20 or 32 bytes of hex (some stable kernels
    /// wrote garbage there).</summary>
    public string? BuildId
    {
        get
        {
            string? text = Find("BUILD-ID")?.Trim();
            bool isHex = text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigit);
            return isHex ? text!.ToLowerInvariant() : null;
        }
    }

    /// <summary>Parses the text of a note. Never throws; what is not KEY=VALUE is skipped.</summary>
    public static VmcoreinfoTable Parse(ReadOnlySpan<byte> bytes)
    {
        var warnings = new List<string>();
        if (bytes.Length > MaxTextBytes)
        {
            warnings.Add(FormattableString.Invariant($"VMCOREINFO claims {bytes.Length} bytes; only the first {MaxTextBytes} are used"));
            bytes = bytes[..MaxTextBytes];
        }

        string text = Encoding.Latin1.GetString(bytes).TrimEnd('\0');
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                continue;
            }

            string key = line[..equals];
            if (!values.TryAdd(key, line[(equals + 1)..]) && warnings.Count < 16)
            {
                warnings.Add($"VMCOREINFO has {Shown(key)} twice; the first value is used");
            }
        }

        return new VmcoreinfoTable(text, values, warnings);
    }

    public string? Find(string key) => _values.GetValueOrDefault(key);

    /// <summary>SYMBOL(name): a run-time virtual address, already with the KASLR offset.</summary>
    public VirtAddr? FindSymbol(string name) => ParseHex(Find($"SYMBOL({name})")) is { } value ? new VirtAddr(value) : null;

    /// <summary>OFFSET(structure.member) in bytes.</summary>
    public int? FindOffset(string member) => ParseSmall(Find($"OFFSET({member})"));

    /// <summary>SIZE(structure) in bytes.</summary>
    public int? FindSize(string structure) => ParseSmall(Find($"SIZE({structure})"));

    /// <summary>LENGTH(array) in elements.</summary>
    public int? FindLength(string array) => ParseSmall(Find($"LENGTH({array})"));

    /// <summary>NUMBER(name): decimal with sign, or 0x hex; null when absent or out of range. Never guessed as hex without 0x.</summary>
    public long? FindNumber(string name)
    {
        string? text = Find($"NUMBER({name})")?.Trim();
        if (text is null)
        {
            return null;
        }

        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return ParseHex(text[2..]) is { } hex ? unchecked((long)hex) : null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            return value;
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong big) ? unchecked((long)big) : null;
    }

    /// <summary>KERNELOFFSET: the KASLR slide, run-time address minus link-time address; null when absent.</summary>
    public ulong? KernelOffset => ParseHex(Find("KERNELOFFSET"));

    /// <summary>A key as people may see it: damaged text has keys of any length and any bytes.</summary>
    private static string Shown(string key) => DumpText.Clean(Encoding.Latin1.GetBytes(key.Length <= MaxShownKey ? key : key[..MaxShownKey]));

    private static ulong? ParseHex(string? text) =>
        ulong.TryParse(text?.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : null;

    private static int? ParseSmall(string? text) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
