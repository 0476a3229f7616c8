// SessionValues: values of an open dump: of its frames, of expressions, of objects.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values.Expressions;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values;

/// <summary>
/// The way to values for editors and the command line. Stacks are those that the session gave; what was read for one is kept as long as it
/// is. Safe for concurrent use; cheap to make.
/// </summary>
public sealed class SessionValues
{
    private readonly FrameValueReader _frames;
    private readonly TypeLibrary _types;
    private readonly EvaluationEnvironment _environment;
    private readonly ContainerFinder _containers;

    internal SessionValues(OpenedDump opened)
    {
        var types = new TypeLibrary(opened);
        var places = new FramePlaces(opened);
        Places = places;
        _types = types;
        Kernel = new KernelValues(opened.Kernel.Reader, opened.Kernel.Symbols.FindAt, types.Complete);
        _containers = new ContainerFinder(opened.Kernel.Reader, opened.Kernel.Types);
        _frames = new FrameValueReader(new FrameContexts(opened, Kernel, places));
        _environment = new EvaluationEnvironment(opened, types, Kernel, places, _frames);
    }

    /// <summary>Finds the debug information of code.</summary>
    internal FramePlaces Places { get; }

    /// <summary>Reads and formats typed values.</summary>
    public KernelValues Kernel { get; }

    /// <summary>Arguments and locals of a frame, with values or reasons. Never throws on data.</summary>
    /// <param name="stack">A stack of the session, with inlined frames.</param>
    /// <param name="frame">Index of the frame in the stack.</param>
    public FrameValues ReadFrame(StackTrace stack, int frame) => _frames.Read(stack, frame);

    /// <summary>A struct or union of the kernel, of a module that is named, or of one whose debug information is open; null when there is none.</summary>
    internal StructType? FindStruct(string tag, string? module) => _environment.Types.FindStruct(tag, module);

    /// <summary>Evaluates a C expression. Throws <see cref="ExpressionException"/> with the character that is to blame.</summary>
    public Evaluation Evaluate(string expression, EvaluationScope scope, CancellationToken cancellation)
    {
        ExpressionNode node = Parser.Parse(expression, _environment.NamesIn(scope, cancellation));
        cancellation.ThrowIfCancellationRequested();
        return new ExpressionEvaluator(_environment, scope).Evaluate(node);
    }

    /// <summary>
    /// The object of a type at an address as a document whose pointers are spans with <see cref="SpanTarget.ObjectType"/>. Throws
    /// <see cref="ExpressionException"/> when there is no such type.
    /// </summary>
    /// <param name="address">Where the object is.</param>
    /// <param name="type">Its type as C: "struct page".</param>
    public AnnotatedText RenderObject(VirtAddr address, string type, CancellationToken cancellation)
    {
        CType parsed = Parser.ParseType(type, _environment.NamesIn(new EvaluationScope(), cancellation));
        if (Kernel.Resolve(parsed) is not StructType structure)
        {
            return ValueRenderer.RenderObject(Kernel.At(address, parsed), Kernel, [], []);
        }

        IReadOnlyList<LockMember> locks = LockMembers.At(Kernel, address, parsed, 0) is { Path: "" } itself ? [itself] : LockMembers.Find(Kernel, address, structure);
        return ValueRenderer.RenderObject(Kernel.At(address, parsed), Kernel, _containers.Find(address, structure, Kernel.Resolve), locks);
    }

    /// <summary>A type as C: "struct page", "unsigned long[16]". Throws <see cref="ExpressionException"/> when there is none of that name.</summary>
    internal CType ParseType(string type, CancellationToken cancellation) => Parser.ParseType(type, _environment.NamesIn(new EvaluationScope(), cancellation));

    /// <summary>The type of a variable, or null when neither debug information nor BTF knows it.</summary>
    internal CType? FindVariableType(KernelSymbol symbol) => _environment.Symbols.TypeOf(symbol);

    /// <summary>The type of a function or per-CPU variable that BTF knows, or null.</summary>
    internal CType? FindSymbolType(string name) => _types.FindSymbolType(name);

    /// <summary>A struct or union that the kernel's types know, or null; opens no debug files.</summary>
    internal CType? FindKernelStruct(string tag) => _types.Complete(new ForwardType(tag, false));

    /// <summary>Writes the values of a frame under its line of a document.</summary>
    internal void RenderFrame(AnnotatedTextBuilder text, StackTrace stack, int frame) =>
        ValueRenderer.RenderFrame(text, ReadFrame(stack, frame), Kernel, 1);
}
