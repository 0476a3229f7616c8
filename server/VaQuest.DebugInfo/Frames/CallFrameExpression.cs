// CallFrameExpression: evaluates the expressions of call frame rows.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Frames;

/// <summary>
/// The operations of DWARF 5, 2.5.1 that may stand in a call frame rule (6.4.2 forbids those that need a unit or a frame: addrx, call, fbreg,
/// call_frame_cfa, object addresses, types). 64-bit little-endian targets. Bounded by the number of operations and the stack's depth.
/// </summary>
public static class CallFrameExpression
{
    /// <summary>Backward branches could run forever; compilers emit fewer than ten operations.</summary>
    public const int MaxOperations = 1000;

    /// <summary>Compilers need two or three.</summary>
    public const int MaxDepth = 64;

    /// <summary>The value on top of the stack at the end; null when a register or a word is missing, or the expression is damaged.</summary>
    /// <param name="expression">The operations.</param>
    /// <param name="initial">What the stack starts with: the CFA for register rules, null for the CFA's own.</param>
    /// <param name="register">A register by its DWARF number, or null.</param>
    /// <param name="load">The 8-byte word at an address, or null.</param>
    public static ulong? Evaluate(ReadOnlySpan<byte> expression, ulong? initial, Func<int, ulong?> register, Func<ulong, ulong?> load)
    {
        try
        {
            var machine = new Machine(expression, stackalloc ulong[MaxDepth], register, load);
            if (initial is { } first)
            {
                machine.Push(first);
            }

            return machine.Run();
        }
        catch (DumpFormatException)
        {
            return null;
        }
    }

    private ref struct Machine(ReadOnlySpan<byte> expression, Span<ulong> stack, Func<int, ulong?> register, Func<ulong, ulong?> load)
    {
        private readonly Span<ulong> _stack = stack;
        private SpanReader _reader = new(expression);
        private int _depth;
        private bool _isLost;

        public void Push(ulong value)
        {
            if (_depth == MaxDepth)
            {
                _isLost = true;
                return;
            }

            _stack[_depth++] = value;
        }

        public ulong? Run()
        {
            for (int i = 0; !_reader.IsAtEnd && !_isLost; i++)
            {
                if (i == MaxOperations)
                {
                    return null;
                }

                Step(_reader.ReadByte());
            }

            return _isLost || _depth == 0 ? null : _stack[_depth - 1];
        }

        private void Step(int op)
        {
            switch (op)
            {
                case >= 0x30 and <= 0x4f: // DW_OP_lit0 to lit31
                    Push((ulong)(op - 0x30));
                    break;
                case >= 0x70 and <= 0x8f: // DW_OP_breg0 to breg31
                    PushRegister(op - 0x70);
                    break;
                case 0x92: // DW_OP_bregx
                    ulong number = _reader.ReadUleb128();
                    PushRegister(number < int.MaxValue ? (int)number : int.MaxValue);
                    break;
                case >= 0x08 and <= 0x11 or 0x03:
                    PushConstant(op);
                    break;
                case 0x06: // DW_OP_deref
                    Load(8);
                    break;
                case 0x94: // DW_OP_deref_size
                    Load(_reader.ReadByte());
                    break;
                case >= 0x12 and <= 0x17:
                    Shuffle(op);
                    break;
                case 0x19 or 0x1f or 0x20 or 0x23:
                    Unary(op);
                    break;
                case 0x28 or 0x2f: // DW_OP_bra, DW_OP_skip
                    Branch(op);
                    break;
                case >= 0x1a and <= 0x2e:
                    Binary(op);
                    break;
                case 0x96: // DW_OP_nop
                    break;
                default:
                    _isLost = true;
                    break;
            }
        }

        private void PushRegister(int number)
        {
            long offset = _reader.ReadSleb128();
            if (register(number) is { } value)
            {
                Push(unchecked(value + (ulong)offset));
            }
            else
            {
                _isLost = true;
            }
        }

        // DW_OP_addr, DW_OP_const1u to consts.
        private void PushConstant(int op) => Push(op switch
        {
            0x08 => _reader.ReadByte(),
            0x09 => unchecked((ulong)(sbyte)_reader.ReadByte()),
            0x0a => _reader.ReadUInt16(),
            0x0b => unchecked((ulong)(short)_reader.ReadUInt16()),
            0x0c => _reader.ReadUInt32(),
            0x0d => unchecked((ulong)_reader.ReadInt32()),
            0x10 => _reader.ReadUleb128(),
            0x11 => unchecked((ulong)_reader.ReadSleb128()),
            _ => _reader.ReadUInt64(),
        });

        private void Load(int size)
        {
            if (size is < 1 or > 8 || load(Pop()) is not { } word)
            {
                _isLost = true;
                return;
            }

            Push(size == 8 ? word : word & ((1UL << (size * 8)) - 1));
        }

        private void Shuffle(int op)
        {
            switch (op)
            {
                case 0x12: // DW_OP_dup
                    Pick(0);
                    break;
                case 0x13: // DW_OP_drop
                    Pop();
                    break;
                case 0x14: // DW_OP_over
                    Pick(1);
                    break;
                case 0x15: // DW_OP_pick
                    Pick(_reader.ReadByte());
                    break;
                default: // DW_OP_swap, DW_OP_rot
                    Rotate(op == 0x16 ? 2 : 3);
                    break;
            }
        }

        private void Pick(int index)
        {
            if (index >= _depth)
            {
                _isLost = true;
                return;
            }

            Push(_stack[_depth - 1 - index]);
        }

        private void Rotate(int count)
        {
            if (_depth < count)
            {
                _isLost = true;
                return;
            }

            Span<ulong> top = _stack.Slice(_depth - count, count);
            ulong last = top[^1];
            top[..^1].CopyTo(top[1..]);
            top[0] = last;
        }

        private void Unary(int op)
        {
            ulong value = Pop();
            Push(op switch
            {
                0x19 => unchecked((long)value < 0 ? 0 - value : value),
                0x1f => unchecked(0 - value),
                0x20 => ~value,
                _ => unchecked(value + _reader.ReadUleb128()),
            });
        }

        private void Branch(int op)
        {
            short distance = unchecked((short)_reader.ReadUInt16());
            if (op == 0x2f || Pop() != 0)
            {
                _reader.Position += distance;
            }
        }

        private void Binary(int op)
        {
            ulong right = Pop();
            ulong left = Pop();
            if (op is 0x1b or 0x1d && (right == 0 || (right == ulong.MaxValue && op == 0x1b)))
            {
                _isLost = true;
                return;
            }

            Push(Combine(op, left, right));
        }

        private static ulong Combine(int op, ulong left, ulong right) => unchecked(op switch
        {
            0x1a => left & right,
            0x1b => (ulong)((long)left / (long)right),
            0x1c => left - right,
            0x1d => left % right,
            0x1e => left * right,
            0x21 => left | right,
            0x22 => left + right,
            0x24 => right < 64 ? left << (int)right : 0,
            0x25 => right < 64 ? left >> (int)right : 0,
            0x26 => (ulong)((long)left >> (int)Math.Min(right, 63)),
            0x27 => left ^ right,
            0x29 => left == right ? 1UL : 0,
            0x2a => (long)left >= (long)right ? 1UL : 0,
            0x2b => (long)left > (long)right ? 1UL : 0,
            0x2c => (long)left <= (long)right ? 1UL : 0,
            0x2d => (long)left < (long)right ? 1UL : 0,
            _ => left != right ? 1UL : 0,
        });

        private ulong Pop()
        {
            if (_depth == 0)
            {
                _isLost = true;
                return 0;
            }

            return _stack[--_depth];
        }
    }
}
