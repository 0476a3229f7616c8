// ExpressionEvaluator: what a parsed C expression is worth in a dump.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>
/// Evaluates trees. Objects stay objects until their bytes are needed, so that a damaged structure still gives its readable members. Throws
/// <see cref="ExpressionException"/> at the node that has no answer. Used by one thread.
/// </summary>
internal sealed class ExpressionEvaluator(EvaluationEnvironment environment, EvaluationScope scope)
{
    private readonly KernelValues _values = environment.Values;
    private readonly BasicTypes _basic = environment.Basic;
    private readonly Arithmetic _arithmetic = new(environment.Values, environment.Basic);

    public Evaluation Evaluate(ExpressionNode node)
    {
        switch (node)
        {
            case ExpressionNode.Call call when ContainerWalks.IsWalk(call.Function):
                VirtAddr head = HeadOf(call);
                return new ContainerWalks(environment).Walk(call, head);
            case ExpressionNode.Member member:
                return Map(Evaluate(member.Object), value => Member(value, member));
            case ExpressionNode.Unary { Op: "*" } star:
                return Map(Evaluate(star.Operand), value => Dereference(value, star.Position));
            case ExpressionNode.Cast cast:
                return Map(Evaluate(cast.Operand), value => Cast(value, cast));
            case ExpressionNode.Index index:
                return EvaluateIndex(index);
            default:
                return new Evaluation(Single(node), null, null);
        }
    }

    // list(...).comm asks every element; list(...)[3] takes one.
    private static Evaluation Map(Evaluation evaluation, Func<TypedValue, TypedValue> ask) => evaluation.Items is null
        ? new Evaluation(ask(evaluation.Value), null, null)
        : evaluation with { Items = [.. evaluation.Items.Select(item => item with { Value = ask(item.Value) })] };

    private Evaluation EvaluateIndex(ExpressionNode.Index node)
    {
        Evaluation array = Evaluate(node.Array);
        TypedValue at = Single(node.At);
        (Int128 number, _) = _arithmetic.Read(at, node.At.Position);
        if (array.Items is null)
        {
            return new Evaluation(Element(array.Value, number, node), null, null);
        }

        return number >= 0 && number < array.Items.Count
            ? new Evaluation(array.Items[(int)number].Value, null, null)
            : throw new ExpressionException($"there are {array.Items.Count} elements", node.At.Position);
    }

    private TypedValue Single(ExpressionNode node)
    {
        switch (node)
        {
            case ExpressionNode.Number number:
                return _values.Of(number.Type, number.Bits);
            case ExpressionNode.Text text:
                return OfText(text.Value);
            case ExpressionNode.Name name:
                return OfName(name);
            case ExpressionNode.Unary { Op: "&" } unary:
                return AddressOf(Single(unary.Operand), unary.Position);
            case ExpressionNode.Unary { Op: not "*" } unary:
                return _arithmetic.Unary(unary.Op, Single(unary.Operand), unary.Operand.Position);
            case ExpressionNode.Binary { Op: "&&" or "||" } logical:
                bool isTrue = _arithmetic.IsTrue(Single(logical.Left), logical.Left.Position);
                bool isDecided = isTrue == (logical.Op == "||");
                return _arithmetic.Of(BasicTypes.Int, (isDecided ? isTrue : _arithmetic.IsTrue(Single(logical.Right), logical.Right.Position)) ? 1 : 0);
            case ExpressionNode.Binary binary:
                return _arithmetic.Binary(binary.Op, Single(binary.Left), Single(binary.Right), binary.Position);
            case ExpressionNode.Conditional conditional:
                return Single(_arithmetic.IsTrue(Single(conditional.Test), conditional.Test.Position) ? conditional.Then : conditional.Else);
            case ExpressionNode.SizeOf size:
                return SizeOf(size);
            case ExpressionNode.Call call when !ContainerWalks.IsWalk(call.Function):
                return Call(call);
            default:
                return One(Evaluate(node), node.Position);
        }
    }

    private static TypedValue One(Evaluation evaluation, int position) => evaluation.Items is null
        ? evaluation.Value
        : throw new ExpressionException("a list has no single value; take one element with [N]", position);

    private static TypedValue OfText(string text)
    {
        byte[] bytes = [.. System.Text.Encoding.UTF8.GetBytes(text), 0];
        return new TypedValue(new ArrayType(FixedType.To(BasicTypes.Char), bytes.Length), new BytesSource(bytes));
    }

    private TypedValue OfName(ExpressionNode.Name name)
    {
        if (scope is { Stack: { } stack, Frame: { } frame } && environment.Frames.Read(stack, frame).Find(name.Value) is { } variable)
        {
            return variable.Absence is { } absence ? TypedValue.Absent(variable.Type, absence) with { ImplicitTarget = variable.Value.ImplicitTarget } : variable.Value;
        }

        switch (name.Value)
        {
            case "NULL":
                return _values.Of(_basic.PointerTo(VoidType.Instance), UInt128.Zero);
            case "true" or "false":
                return _values.Of(BasicTypes.Bool, name.Value == "true" ? UInt128.One : UInt128.Zero);
            default:
                break;
        }

        if (environment.Symbols.Find(name.Value, name.Position) is { } symbol)
        {
            return symbol;
        }

        return environment.Types.FindEnumerator(name.Value) is { } constant
            ? _arithmetic.Of(_basic.Integer(constant is >= int.MinValue and <= int.MaxValue ? 4 : 8, isSigned: true), constant)
            : throw new ExpressionException(scope.Frame is null
                ? $"there is no symbol {name.Value} in this kernel; variables of a frame are named with --frame N"
                : $"there is no symbol {name.Value} in this kernel, and no such variable in frame {scope.Frame}", name.Position);
    }

    private TypedValue AddressOf(TypedValue value, int position) => value.BitSize > 0
        ? throw new ExpressionException("a bit field has no address", position)
        : value.Address is { } address
            ? _values.Of(_basic.PointerTo(value.Type), address.Value)
            : throw new ExpressionException(
                value.Source is AbsentSource ? $"it has no address: {value.Read(0, [])?.Text}" : "it is not in memory, so it has no address", position);

    private TypedValue Dereference(TypedValue value, int position)
    {
        switch (_values.Resolve(value.Type))
        {
            case PointerType pointer when _values.Resolve(pointer.Target) is VoidType:
                throw new ExpressionException("a void pointer points to nothing with a type; cast it first", position);
            case PointerType pointer:
                return _values.Dereference(value, pointer.Target);
            case ArrayType array:
                return _values.Element(value, array.Element, 0);
            case FunctionType:
                return value;
            default:
                throw new ExpressionException($"it is no pointer but {TypeText.Of(value.Type)}; cast it first, as in *(struct x *)0x…", position);
        }
    }

    private TypedValue Member(TypedValue value, ExpressionNode.Member node)
    {
        // Both . and -> work on objects and on pointers: it is clear what is meant.
        CType type = _values.Resolve(value.Type);
        if (type is PointerType pointer)
        {
            value = _values.Dereference(value, pointer.Target);
            type = _values.Resolve(pointer.Target);
        }

        return type switch
        {
            StructType structure when structure.FindField(node.Field) is { } field => KernelValues.Member(value, field),
            StructType => throw new ExpressionException($"{TypeText.Of(type)} has no member {node.Field}", node.Position),
            ForwardType => throw new ExpressionException($"{TypeText.Of(type)} is only declared in the debug information that was found", node.Position),
            VoidType => throw new ExpressionException("its type is not known: cast its address, as in ((struct x *)&name)->member", node.Position),
            _ => throw new ExpressionException($"{TypeText.Of(value.Type)} has no members", node.Position),
        };
    }

    private TypedValue Element(TypedValue value, Int128 number, ExpressionNode.Index node)
    {
        if (number > long.MaxValue || number < long.MinValue)
        {
            throw new ExpressionException("the index does not fit into 64 bits", node.At.Position);
        }

        switch (_values.Resolve(value.Type))
        {
            case ArrayType array when value.Address is null && (number < 0 || number >= array.Count):
                throw new ExpressionException($"the array has {array.Count} elements and is not in memory", node.At.Position);
            case ArrayType array:
                return _values.Element(value, array.Element, (long)number);
            case PointerType pointer when _values.SizeOf(pointer.Target) is > 0:
                return _values.Element(_values.Dereference(value, pointer.Target), pointer.Target, (long)number);
            case PointerType pointer:
                throw new ExpressionException($"{TypeText.Of(pointer.Target)} has no known size, so it has no elements", node.Position);
            default:
                throw new ExpressionException($"{TypeText.Of(value.Type)} is no array and no pointer", node.Position);
        }
    }

    private TypedValue Cast(TypedValue value, ExpressionNode.Cast cast)
    {
        CType target = _values.Resolve(cast.Type);
        if (target is StructType or ArrayType or ForwardType)
        {
            throw new ExpressionException($"nothing can be cast to {TypeText.Of(cast.Type)}; cast to a pointer and dereference it", cast.Position);
        }

        (Int128 number, _) = _arithmetic.Read(value, cast.Operand.Position);
        bool isBoolean = target is IntegerType { IsBoolean: true };
        return target is VoidType ? throw new ExpressionException("a value cast to void is none", cast.Position)
            : _arithmetic.Of(cast.Type, isBoolean ? number == 0 ? 0 : 1 : number);
    }

    private TypedValue SizeOf(ExpressionNode.SizeOf node)
    {
        CType type = node.Type ?? Single(node.Operand!).Type;
        return _values.SizeOf(type) is { } size
            ? _arithmetic.Of(_basic.UnsignedLong, size)
            : throw new ExpressionException($"{TypeText.Of(type)} has no known size", node.Position);
    }

    private TypedValue Call(ExpressionNode.Call call)
    {
        IReadOnlyList<ExpressionNode> arguments = call.Arguments;
        switch (call.Function)
        {
            case "offsetof":
                return _arithmetic.Of(_basic.UnsignedLong, FieldOf(arguments[0], arguments[1]).ByteOffset);
            case "container_of":
                Field field = FieldOf(arguments[1], arguments[2]);
                (Int128 inner, _) = _arithmetic.Read(Single(arguments[0]), arguments[0].Position);
                return _arithmetic.Of(_basic.PointerTo(((ExpressionNode.TypeName)arguments[1]).Type), inner - field.ByteOffset);
            case "per_cpu" or "this_cpu":
                return PerCpu(Single(arguments[0]), CpuOf(arguments), arguments[0].Position);
            default:
                // per_cpu_ptr and this_cpu_ptr
                (Int128 pointer, CType type) = _arithmetic.Read(Single(arguments[0]), arguments[0].Position);
                return _arithmetic.Of(type, (Int128)unchecked((ulong)(pointer & ulong.MaxValue) + environment.PerCpuOffset(CpuOf(arguments), call.Position)));
        }
    }

    private Field FieldOf(ExpressionNode type, ExpressionNode path)
    {
        CType structure = ((ExpressionNode.TypeName)type).Type;
        string name = ((ExpressionNode.Path)path).Value;
        return _values.FindField(structure, name) is { } field
            ? field.BitSize == 0 ? field : throw new ExpressionException("a bit field has no offset in bytes", path.Position)
            : throw new ExpressionException($"{TypeText.Of(structure)} has no member {name}", path.Position);
    }

    private TypedValue PerCpu(TypedValue value, int cpu, int position) => value.Address is { } address
        ? _values.At(address + environment.PerCpuOffset(cpu, position), value.Type)
        : throw new ExpressionException("it is no per-CPU variable", position);

    private int CpuOf(IReadOnlyList<ExpressionNode> arguments)
    {
        if (arguments.Count > 1)
        {
            (Int128 number, _) = _arithmetic.Read(Single(arguments[1]), arguments[1].Position);
            return number is var wide && wide >= 0 && wide <= int.MaxValue ? (int)wide : throw new ExpressionException("this is no CPU number", arguments[1].Position);
        }

        return scope.Cpu ?? scope.Stack?.Cpu ?? environment.PanicCpu
            ?? throw new ExpressionException("no CPU is known to have crashed; write per_cpu(variable, N)", arguments[0].Position);
    }

    // A container, or a pointer to one.
    private VirtAddr HeadOf(ExpressionNode.Call call)
    {
        ExpressionNode argument = call.Arguments[0];
        TypedValue value = Single(argument);
        CType type = _values.Resolve(value.Type);
        if (type is StructType or VoidType or ForwardType)
        {
            return value.Address ?? throw new ExpressionException("the container is not in memory", argument.Position);
        }

        (Int128 number, _) = _arithmetic.Read(value, argument.Position);
        return new VirtAddr((ulong)(number & ulong.MaxValue));
    }
}
