// ContainerWalks: the helpers that give the elements of the kernel's containers.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>list, hlist, llist, rbtree: objects by the member that links them; xarray, radix_tree, idr, maple_tree: pointers by index.</summary>
internal sealed class ContainerWalks(EvaluationEnvironment environment)
{
    public static bool IsWalk(string helper) =>
        helper is "list" or "hlist" or "llist" or "rbtree" or "xarray" or "radix_tree" or "idr" or "maple_tree";

    /// <summary>Walks the container at an address as a call asks for.</summary>
    public Evaluation Walk(ExpressionNode.Call call, VirtAddr head)
    {
        WalkResult walk = call.Function switch
        {
            "list" => environment.LinkedWalks.List(head),
            "hlist" => environment.LinkedWalks.HashList(head),
            "llist" => environment.LinkedWalks.LocklessList(head),
            "rbtree" => environment.LinkedWalks.RedBlackTree(head),
            "idr" => environment.IndexWalks.Array(head + environment.IdrOffset),
            "maple_tree" => environment.IndexWalks.MapleTree(head),
            _ => environment.IndexWalks.Array(head),
        };
        CType element = call.Arguments.Count > 1 ? ((ExpressionNode.TypeName)call.Arguments[1]).Type : VoidType.Instance;
        ulong offset = call.Arguments.Count > 2 ? OffsetOf(element, (ExpressionNode.Path)call.Arguments[2]) : 0;
        CType pointer = environment.Basic.PointerTo(element);
        var items = new List<EvaluationItem>(walk.Items.Count);
        foreach (WalkItem item in walk.Items)
        {
            items.Add(new EvaluationItem(LabelOf(item), ValueOf(item, offset, pointer)));
        }

        return new Evaluation(environment.Values.Of(pointer, UInt128.Zero), items, walk.Damage);
    }

    // An odd entry of an xarray is a number, not a pointer (xa_mk_value).
    private TypedValue ValueOf(WalkItem item, ulong offset, CType pointer) => item.First is not null && (item.Address.Value & 1) != 0
        ? environment.Values.Of(environment.Basic.UnsignedLong, item.Address.Value >> 1)
        : environment.Values.Of(pointer, (item.Address - offset).Value);

    private ulong OffsetOf(CType type, ExpressionNode.Path path)
    {
        Field? field = environment.Values.FindField(type, path.Value);
        return field is { BitSize: 0 } ? (ulong)field.ByteOffset : throw new ExpressionException($"{TypeText.Of(type)} has no member {path.Value}", path.Position);
    }

    private static string? LabelOf(WalkItem item) => item.First is not { } first ? null
        : item.Last is { } last && last != first
            ? FormattableString.Invariant($"[{Index(first)}-{Index(last)}]")
            : FormattableString.Invariant($"[{Index(first)}]");

    private static string Index(ulong index) =>
        index < 1UL << 32 ? FormattableString.Invariant($"{index}") : FormattableString.Invariant($"0x{index:x}");
}
