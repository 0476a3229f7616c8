// ExpressionEntry: DWARF expressions, in variables and in call frames.
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Frames;
using VaQuest.Fuzz.Engine;

namespace VaQuest.Fuzz.Entries;

/// <summary>Evaluates an expression in a frame that answers everything; the first byte chooses address size and byte order.</summary>
internal sealed class ExpressionEntry() : FuzzEntry("dwarf-expressions")
{
    private readonly FullContext _context = new();

    public override IEnumerable<FuzzSeed> Seeds =>
    [
        new([0, 0x91, 0x70]), new([0, 0x76, 0x08, 0x06, 0x23, 0x10]), new([0, 0x50, 0x93, 0x04, 0x51, 0x93, 0x04]), new([0, 0x30, 0x9f]), new([1, 0x03, 0, 0x10, 0, 0, 0x94, 0x04]),
        new([0, 0xa3, 0x01, 0x55, 0x9f]), new([0, 0x31, 0x28, 0x02, 0x00, 0x2f, 0xfb, 0xff, 0x96]), new([0, 0x9e, 0x02, 0x01, 0x02]), new([0, 0x0a, 0x34, 0x12, 0x1c, 0x1b, 0x1d, 0x24, 0x9f]),
        new([0, 0x9d, 0x03, 0x02, 0x11, 0x70, 0x12, 0x16, 0x17, 0x13, 0x22, 0x9c]), new([0, 0xf3, 0x01, 0x55, 0xe0]),
    ];

    public override void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        var encoding = new DwarfEncoding(5, (input[0] & 1) == 0 ? (byte)8 : (byte)4, 4, (input[0] & 2) != 0);
        ReadOnlySpan<byte> code = input.AsSpan(1);
        var evaluator = new ExpressionEvaluator(encoding, _context);
        Require(evaluator.Evaluate(code) is not null, "there is always an answer");
        _ = evaluator.Evaluate(code, 0x7fff0000);
        _ = CallFrameExpression.Evaluate(code, 0x1000, register => (ulong)register * 8, address => unchecked(address + 1));
        _ = ExpressionEvaluator.Check(code, encoding);
    }

    private sealed class FullContext : IExpressionContext
    {
        public ulong? FindRegister(int dwarfRegister, out Absence? reason) => Answer((ulong)(uint)dwarfRegister * 0x1111, out reason);

        public Absence? ReadMemory(ulong address, Span<byte> destination)
        {
            destination.Fill(unchecked((byte)address));
            return address == 0 ? Absence.Unknown("no page") : null;
        }

        public ulong? FindFrameBase(out Absence? reason) => Answer(0xffff888000001000, out reason);

        public ulong? FindCfa(out Absence? reason) => Answer(0xffff888000002000, out reason);

        public ulong? FindObjectAddress(out Absence? reason) => Answer(0xffff888000003000, out reason);

        public ulong? FindThreadAddress(ulong offset, out Absence? reason) => Answer(unchecked(offset + 0x1000), out reason);

        public ulong? Relocate(ulong linkAddress, out Absence? reason) => Answer(unchecked(linkAddress + 0x1000), out reason);

        public ulong? FindEntryValue(ReadOnlySpan<byte> expression, out Absence? reason) => Answer((ulong)expression.Length, out reason);

        public ulong? FindParameterAtEntry(long infoOffset, out Absence? reason) => Answer(unchecked((ulong)infoOffset), out reason);

        public ulong? FindVariableValue(long infoOffset, out Absence? reason) => Answer(unchecked((ulong)infoOffset), out reason);

        private static ulong? Answer(ulong value, out Absence? reason)
        {
            reason = value % 7 == 0 ? Absence.OptimisedOut : null;
            return reason is null ? value : null;
        }
    }
}
