// KallsymsBuilder: lays kallsyms tables into fake memory in each of the orders and encodings kernels have used.
using System.Buffers.Binary;
using VaQuest.DebugInfo.Kallsyms;

namespace VaQuest.TestKit.Tables;

/// <summary>Builds the tables from (type letter, name, address), sorted by address.</summary>
public sealed class KallsymsBuilder
{
    public const ulong Start = 0xffffffff82000000;

    private readonly List<(char Type, string Name, ulong Address)> _symbols = [];

    /// <summary>Tables in the order of 6.4 and later; else that of earlier kernels.</summary>
    public bool OffsetsBehindTokens { get; init; }

    public bool HasNameOrder { get; init; }

    /// <summary>absolute, base, percpu or place.</summary>
    public string Encoding { get; init; } = "percpu";

    public int MarkerSize { get; init; } = 4;

    public ulong RelativeBase { get; init; } = 0xffffffff81000000;

    public void Add(char type, string name, ulong address) => _symbols.Add((type, name, address));

    public KallsymsLocation Build(FakeVirtualMemory memory, Action<byte[]>? damageNames = null)
    {
        var symbols = _symbols.OrderBy(symbol => symbol.Address >= 0x8000000000000000 ? 1 : 0).ThenBy(symbol => symbol.Address).ToList();
        byte[] names = EncodeNames(symbols, out byte[] markers);
        damageNames?.Invoke(names);
        (byte[] tokens, byte[] tokenIndex) = EncodeTokens();
        ulong at = Start;
        ulong Place(byte[] bytes)
        {
            ulong here = at;
            memory.Add(here, [.. bytes, .. new byte[(8 - (bytes.Length % 8)) % 8]]);
            at += (ulong)((bytes.Length + 7) / 8 * 8);
            return here;
        }

        byte[] order = EncodeNameOrder(symbols);
        ulong offsets = 0;
        ulong relativeBase = 0;
        if (!OffsetsBehindTokens)
        {
            offsets = Place(EncodeAddresses(symbols, at));
            relativeBase = Encoding is "base" or "percpu" ? Place(Long(RelativeBase)) : 0;
        }

        ulong count = Place([.. Word((uint)symbols.Count)]);
        ulong namesAt = Place(names);
        Place(markers);
        if (HasNameOrder && !OffsetsBehindTokens)
        {
            Place(order);
        }

        ulong tokensAt = Place(tokens);
        ulong indexAt = Place(tokenIndex);
        if (OffsetsBehindTokens)
        {
            offsets = Place(EncodeAddresses(symbols, at));
            relativeBase = Encoding is "base" or "percpu" ? Place(Long(RelativeBase)) : 0;
            if (HasNameOrder)
            {
                Place(order);
            }
        }

        return new KallsymsLocation
        {
            Names = namesAt,
            SymbolCount = count,
            TokenTable = tokensAt,
            TokenIndex = indexAt,
            Offsets = Encoding == "absolute" ? 0 : offsets,
            Addresses = Encoding == "absolute" ? offsets : 0,
            RelativeBase = relativeBase,
            TextStart = symbols.FirstOrDefault(symbol => symbol.Name == "_stext").Address,
        };
    }

    private static byte[] Word(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Long(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>Token i is the character i, except that two unused ones stand for longer strings, as real tables have.</summary>
    private static string TokenText(int token) => token switch
    {
        1 => "tsys_",
        2 => "_stext",
        _ => token is > 32 and < 127 ? ((char)token).ToString() : "\u0001",
    };

    private static (byte[] Tokens, byte[] Index) EncodeTokens()
    {
        var tokens = new List<byte>();
        var index = new List<byte>();
        for (int token = 0; token < 256; token++)
        {
            index.Add(unchecked((byte)tokens.Count));
            index.Add((byte)(tokens.Count >> 8));
            tokens.AddRange(System.Text.Encoding.ASCII.GetBytes(TokenText(token)));
            tokens.Add(0);
        }

        return ([.. tokens], [.. index]);
    }

    private byte[] EncodeNames(List<(char Type, string Name, ulong Address)> symbols, out byte[] markers)
    {
        var names = new List<byte>();
        var marks = new List<byte>();
        for (int i = 0; i < symbols.Count; i++)
        {
            if (i % 256 == 0)
            {
                marks.AddRange(MarkerSize == 8 ? Long((ulong)names.Count) : Word((uint)names.Count));
            }

            string text = symbols[i].Type + symbols[i].Name;
            byte[] encoded = text.StartsWith("tsys_", StringComparison.Ordinal)
                ? [1, .. System.Text.Encoding.ASCII.GetBytes(text[5..])]
                : System.Text.Encoding.ASCII.GetBytes(text);
            if (encoded.Length >= 0x80)
            {
                names.Add((byte)(0x80 | (encoded.Length & 0x7f)));
                names.Add((byte)(encoded.Length >> 7));
            }
            else
            {
                names.Add((byte)encoded.Length);
            }

            names.AddRange(encoded);
        }

        markers = [.. marks];
        return [.. names];
    }

    private byte[] EncodeAddresses(List<(char Type, string Name, ulong Address)> symbols, ulong place)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < symbols.Count; i++)
        {
            ulong address = symbols[i].Address;
            bytes.AddRange(unchecked(Encoding switch
            {
                "absolute" => Long(address),
                "base" => Word((uint)(address - RelativeBase)),
                "percpu" => Word(address < 0x80000000 ? (uint)address : (uint)(RelativeBase - 1 - address)),
                _ => Word((uint)(address - (place + ((ulong)i * 4)))),
            }));
        }

        return [.. bytes];
    }

    private static byte[] EncodeNameOrder(List<(char Type, string Name, ulong Address)> symbols) =>
    [
        .. symbols.Select((symbol, index) => (symbol.Name, index))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.index)
            .SelectMany(pair => new[] { (byte)(pair.index >> 16), unchecked((byte)(pair.index >> 8)), unchecked((byte)pair.index) }),
    ];
}
