// SystemMapSymbols: symbols of a System.map file, for kernels whose vmlinux is lost.
using System.Globalization;
using VaQuest.Binary;

namespace VaQuest.Kernel.Symbols;

/// <summary>Lines of address, type letter and name, as `nm` prints them, at link-time addresses. Safe for concurrent callers.</summary>
public sealed class SystemMapSymbols : IImageSymbols
{
    /// <summary>The System.map of a distribution has 5 to 15 MiB.</summary>
    private const long MaxFileBytes = 256 << 20;

    private static readonly System.Buffers.SearchValues<byte> s_digits = System.Buffers.SearchValues.Create("0123456789abcdef"u8);

    private readonly KernelSymbol[] _symbols;
    private readonly Dictionary<string, ulong> _byName;

    private SystemMapSymbols(string path, List<KernelSymbol> symbols)
    {
        Origin = "symbols of " + path;
        _symbols = [.. symbols.OrderBy(symbol => symbol.Address.Value)];
        _byName = new Dictionary<string, ulong>(_symbols.Length, StringComparer.Ordinal);
        foreach (KernelSymbol symbol in _symbols)
        {
            _byName.TryAdd(symbol.Name, symbol.Address.Value);
        }
    }

    public string Origin { get; }

    public int Count => _symbols.Length;

    /// <summary>Reads a file; null when it is no System.map. Throws <see cref="DumpFormatException"/> when it cannot be read.</summary>
    public static SystemMapSymbols? TryOpen(string path)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: > 16 and <= MaxFileBytes })
            {
                return null;
            }

            if (!BeginsWithAddress(path))
            {
                return null;
            }

            var symbols = new List<KernelSymbol>();
            foreach (string line in File.ReadLines(path, System.Text.Encoding.Latin1))
            {
                if (Parse(line) is { } symbol)
                {
                    symbols.Add(symbol);
                }
                else if (symbols.Count == 0 || line.Length > 4096)
                {
                    return null;
                }
            }

            return symbols.Exists(symbol => symbol.Name is "_stext" or "_text" or "stext") ? new SystemMapSymbols(path, symbols) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DumpFormatException(FormatError.Io, $"{path} cannot be read: {error.Message}", error);
        }
    }

    public ulong? FindAddress(string name) => _byName.TryGetValue(name, out ulong address) ? address : null;

    public KernelSymbol? FindAt(ulong linkAddress)
    {
        int low = 0;
        int high = _symbols.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_symbols[middle].Address.Value <= linkAddress)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == 0)
        {
            return null;
        }

        KernelSymbol symbol = _symbols[low - 1];
        ulong size = low < _symbols.Length ? _symbols[low].Address - symbol.Address : 0;
        return symbol with { Size = size };
    }

    /// <summary>Other files, a vmlinux above all, are told by their first bytes.</summary>
    private static bool BeginsWithAddress(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> first = stackalloc byte[8];
        return file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length
            && first.IndexOfAnyExcept(s_digits) < 0;
    }

    private static KernelSymbol? Parse(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        bool isSymbol = space is 8 or 16 && line.Length > space + 3 && line[space + 2] == ' ';
        return isSymbol && ulong.TryParse(line.AsSpan(0, space), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address)
            ? new KernelSymbol(line[(space + 3)..].TrimEnd(), new VirtAddr(address), 0, line[space + 1], null)
            : null;
    }
}
