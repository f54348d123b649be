//! Union-find: sets of numbers that are joined until they are counted.

/// Sets that are joined until they are counted (union by smaller number).
#[derive(Debug, Clone)]
pub(super) struct UnionFind(Vec<usize>);

impl UnionFind {
    pub(super) fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    pub(super) fn find(&mut self, mut one: usize) -> usize {
        while self.0[one] != one {
            self.0[one] = self.0[self.0[one]];
            one = self.0[one];
        }
        one
    }

    pub(super) fn join(&mut self, one: usize, other: usize) {
        let (a, b) = (self.find(one), self.find(other));
        self.0[a.max(b)] = a.min(b);
    }

    /// Numbers of the sets by member, in the order of their first members, and how many there are.
    pub(super) fn numbered(mut self) -> (Vec<usize>, usize) {
        let mut number = vec![usize::MAX; self.0.len()];
        let mut count = 0;
        let list = (0..self.0.len())
            .map(|one| {
                let root = self.find(one);
                if number[root] == usize::MAX {
                    number[root] = count;
                    count += 1;
                }
                number[root]
            })
            .collect();
        (list, count)
    }
}
